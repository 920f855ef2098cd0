import { newId } from "@portico/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

const onBug = (error: unknown) => {
  throw error;
};

describe("an organization", () => {
  let test: TestServices;
  beforeAll(async () => {
    test = await createTestServices();
  });
  afterAll(() => test.close());

  const userOf = (ctx: services.Ctx) => (ctx.actor.type === "user" ? ctx.actor.id : "");
  const slugOf = async (ctx: services.Ctx) => (await services.getOrganization({ ctx })).slug;

  /** A server with a row in every table that can hang on an organization. */
  async function furnish(ctx: services.Ctx) {
    const { organizationId } = ctx;
    const source = { content: petsDocument };
    const { jobId } = await services.publishSource({ ctx, input: { source, slug: "pets", select: "all" } });
    await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
    const { id: serverId } = await services.getServer({ ctx, input: { id: "pets" } });
    const credential = { type: "apiKey" as const, value: "canary-upstream" };
    await services.setCredential({ ctx, input: { serverId, scheme: "key", credential } });
    await services.overrideTool({ ctx, input: { serverId, operation: "GET /pets", patch: { title: "All pets" } } });
    const settings = { fields: { "credential:key": "organization" as const } };
    const { id: profileId } = await services.createProfile({ ctx, input: { serverId, name: "Live", settings } });
    const value = { serverId, id: profileId, field: "credential:key", value: credential };
    await services.setProfileValue({ ctx, input: value });
    await services.createApiKey({ ctx, input: { name: "key" } });
    await services.createOAuthClient({ ctx, input: { kind: "machine", name: "machine" } });
    await services.createInvitation({ ctx, input: { email: "new@example.com", role: "member" } });
    const [member] = await services.listMembers({ ctx });
    const team = await services.createTeam({ ctx, input: { name: "Team", memberIds: [member?.id ?? ""] } });
    await services.grantAccess({ ctx, input: { serverId, to: { teamId: team.id } } });
    const grantId = `grant-${organizationId}`;
    await test.deps.db.connection.create({
      data: {
        ...{ id: newId("connection"), organizationId, serverId, userId: userOf(ctx) },
        ...{ clientId: "client", clientName: "Client", grantId },
      },
    });
    await test.deps.db.oidcRecord.create({ data: { model: "RefreshToken", id: grantId, payload: "x", grantId } });
    await test.deps.db.usageEvent.create({
      data: {
        ...{ id: newId("usageEvent"), occurredAt: new Date(), organizationId, serverId },
        ...{ kind: "call", outcome: "ok", durationMs: 1, principal: "apiKey" },
      },
    });
    return serverId;
  }

  /** How many rows each table has, and how many of them are of this organization. */
  async function census(organizationId: string): Promise<Record<string, [all: number, own: number]>> {
    const rows = await test.deps.db.$queryRawUnsafe<{ table_name: string; owned: boolean }[]>(
      `SELECT c.relname::text AS table_name, EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND attname = 'organizationId') AS owned
       FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> '_prisma_migrations'`,
    );
    const counts: Record<string, [number, number]> = {};
    for (const { table_name: table, owned } of rows) {
      const where = owned ? `count(*) FILTER (WHERE "organizationId" = '${organizationId}')` : "0";
      const [row] = await test.deps.db.$queryRawUnsafe<{ n: bigint; own: bigint }[]>(
        `SELECT count(*) AS n, ${where} AS own FROM "${table}"`,
      );
      counts[table] = [Number(row?.n), Number(row?.own)];
    }
    return counts;
  }

  it("is renamed by admins, and keeps its slug", async () => {
    const { ctx } = await test.renew();
    const { slug } = await services.getOrganization({ ctx });
    expect(await services.renameOrganization({ ctx, input: { name: "  Harbor  " } })).toMatchObject({
      name: "Harbor",
      slug,
    });
    const builder = test.as(ctx, "builder");
    await expect(services.renameOrganization({ ctx: builder, input: { name: "x" } })).rejects.toThrow(/may not/);
    await expect(services.renameOrganization({ ctx, input: { name: " " } })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
  it("is made by the installation's owner only, who then owns it", async () => {
    const { ctx, stranger } = await test.renew();
    await test.deps.db.installation.create({ data: { ownerUserId: userOf(ctx) } });
    const made = await services.createOrganization(test.deps, { userId: userOf(ctx), name: "Second Harbor" });
    expect(made.slug).toBe("second-harbor");
    const own = await services.listMemberships(test.deps, userOf(ctx));
    expect(own.at(-1)).toMatchObject({ organizationId: made.id, role: "owner" });
    const again = services.createOrganization(test.deps, { userId: userOf(ctx), name: "Other", slug: "second-harbor" });
    await expect(again).rejects.toMatchObject({ code: "conflict" });
    const refused = services.createOrganization(test.deps, { userId: userOf(stranger), name: "Mine" });
    await expect(refused).rejects.toMatchObject({ code: "forbidden" });
  });
  it("XT-20: goes with every row and every sealed key, by its owner's word only, and touches no other", async () => {
    const { ctx, stranger } = await test.renew();
    await furnish(ctx);
    await furnish(stranger);
    const before = await census(stranger.organizationId);
    const held = Object.entries(await census(ctx.organizationId)).filter(([, [, own]]) => own > 0);
    expect(held.length).toBeGreaterThan(14);
    const slug = await slugOf(ctx);

    const wrong = services.deleteOrganization({ ctx, input: { slug: await slugOf(stranger) } });
    await expect(wrong).rejects.toMatchObject({ code: "invalid_input" });
    const admin = services.deleteOrganization({ ctx: test.as(ctx, "admin"), input: { slug } });
    await expect(admin).rejects.toMatchObject({ code: "forbidden" });
    const byKey: services.Ctx = {
      ...ctx,
      actor: { type: "apiKey", id: "key_1", scopes: ["read", "write", "call", "audit"] },
    };
    await expect(services.deleteOrganization({ ctx: byKey, input: { slug } })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await census(stranger.organizationId)).toEqual(before);

    await services.deleteOrganization({ ctx, input: { slug } });
    expect(Object.entries(await census(ctx.organizationId)).filter(([, [, own]]) => own > 0)).toEqual([]);
    const after = await census(stranger.organizationId);
    for (const [table, [, own]] of Object.entries(before)) expect([table, after[table]?.[1]]).toEqual([table, own]);
    // What names no organization by itself went with what it hangs on: as much of it is left as the other one has.
    for (const table of ["ToolOverride", "ToolsList", "TeamMember"])
      expect(after[table]?.[0]).toBe((before[table]?.[0] ?? 0) / 2);
    expect(await test.deps.db.oidcRecord.count({ where: { grantId: `grant-${ctx.organizationId}` } })).toBe(0);
    expect(await test.deps.db.oidcRecord.count({ where: { grantId: `grant-${stranger.organizationId}` } })).toBe(1);
    expect(await test.deps.db.user.count({ where: { id: userOf(ctx) } })).toBe(1);
  });
});
