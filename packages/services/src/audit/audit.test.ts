import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import {
  authenticateApiKey,
  createApiKey,
  createInvitation,
  exportAuditEvents,
  listApiKeys,
  listAuditEvents,
  listAuditFilters,
  listServers,
  revokeApiKey,
} from "../index.ts";
import { createTestServices, type TestServices } from "../testing.ts";

let test: TestServices;
let ctx: Ctx;
let stranger: Ctx;
beforeAll(async () => {
  test = await createTestServices();
});
beforeEach(async () => {
  ({ ctx, stranger } = await test.renew());
});
afterAll(() => test.close());

const all = async (on: Ctx, input = {}) => (await listAuditEvents({ ctx: on, input })).items;

describe("the audit log", () => {
  it("says who did what from where, newest first, and nothing of another organization", async () => {
    const from = { ...ctx, ip: "203.0.113.7" };
    const key = await createApiKey({ ctx: from, input: { name: "CI" } });
    await createInvitation({ ctx, input: { email: "grace@example.com", role: "builder" } });
    const events = await all(ctx);
    expect(events.map(({ action, ip, target }) => [action, ip, target])).toEqual([
      ["invitation.create", null, expect.stringMatching(/^inv_/)],
      ["apiKey.create", "203.0.113.7", key.id],
    ]);
    expect(events[1]).toMatchObject({ actor: { type: "user", name: "Test Person" }, targetName: "CI" });
    expect(JSON.stringify(events)).not.toContain(key.key);
    expect(await all(stranger)).toEqual([]);
  });

  it("is read a page at a time, by who and by what", async () => {
    for (let n = 0; n < 5; n++) await createApiKey({ ctx, input: { name: `Key ${n}` } });
    await createInvitation({ ctx, input: { email: "grace@example.com", role: "builder" } });
    const first = await listAuditEvents({ ctx, input: { limit: 4 } });
    const second = await listAuditEvents({ ctx, input: { limit: 4, cursor: first.nextCursor ?? "" } });
    expect(first.items).toHaveLength(4);
    expect(second.items).toHaveLength(2);
    expect(second.nextCursor).toBeNull();
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(6);
    expect(await all(ctx, { kind: "invitation" })).toHaveLength(1);
    const actor = ctx.actor.type === "user" ? ctx.actor.id : "";
    expect(await all(ctx, { actor })).toHaveLength(6);
    expect(await all(ctx, { actor: "usr_nobody" })).toEqual([]);
    expect(await listAuditFilters({ ctx })).toEqual({
      actors: [{ id: actor, name: "Test Person" }],
      kinds: ["apiKey", "invitation"],
    });
    const exported: unknown[] = [];
    for await (const batch of exportAuditEvents({ ctx, input: { kind: "apiKey" } })) exported.push(...batch);
    expect(exported).toHaveLength(5);
  });

  it("XT-19: is for who may read it, and is never changed", async () => {
    for (const role of ["builder", "member"] as const)
      await expect(all(test.as(ctx, role))).rejects.toMatchObject({ code: "forbidden" });
    await createApiKey({ ctx, input: { name: "CI" } });
    await expect(test.deps.db.auditEvent.updateMany({ data: { action: "nothing" } })).rejects.toThrow(/append-only/);
  });
});

describe("an API key", () => {
  const actAs = async (key: string): Promise<Ctx> => {
    const identity = await authenticateApiKey(test.deps, key);
    if (!identity) throw new Error("The key is not known.");
    return { ...ctx, actor: { type: "apiKey", id: identity.id, scopes: identity.scopes } };
  };

  it("does what its scopes let it, and says which one it lacks", async () => {
    const { key } = await createApiKey({ ctx, input: { name: "Reader", scopes: ["read"] } });
    const reader = await actAs(key);
    expect(await listServers({ ctx: reader, input: {} })).toMatchObject({ items: [] });
    await expect(all(reader)).rejects.toThrow(/lacks the scope "audit"/);
    const auditor = await actAs((await createApiKey({ ctx, input: { name: "SIEM", scopes: ["audit"] } })).key);
    expect((await all(auditor)).length).toBeGreaterThan(0);
    await expect(listServers({ ctx: auditor, input: {} })).rejects.toThrow(/lacks the scope "read"/);
  });

  it("XT-16: never makes keys or members, whatever its scopes", async () => {
    const { key } = await createApiKey({ ctx, input: { name: "All", scopes: ["read", "write", "call", "audit"] } });
    const actor = await actAs(key);
    await expect(createApiKey({ ctx: actor, input: { name: "More" } })).rejects.toMatchObject({ code: "forbidden" });
    await expect(
      createInvitation({ ctx: actor, input: { email: "a@example.com", role: "member" } }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });

  it("XT-16: of one server is for calling it alone, and of no other organization's", async () => {
    const foreign = createApiKey({ ctx, input: { name: "Theirs", serverId: "srv_none" } });
    await expect(foreign).rejects.toMatchObject({ code: "not_found" });
    const wide = createApiKey({ ctx, input: { name: "Wide", serverId: "srv_none", scopes: ["call", "read"] } });
    await expect(wide).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining("may only") });
  });

  it("keeps what keys could do before there were scopes", async () => {
    const { id } = await createApiKey({ ctx, input: { name: "Old" } });
    expect((await listApiKeys({ ctx })).find((key) => key.id === id)).toMatchObject({
      scopes: ["read", "write", "call"],
      createdBy: "Test Person",
    });
  });

  it("needs a scope, and only those that there are", async () => {
    for (const scopes of [[], ["everything"]])
      await expect(createApiKey({ ctx, input: { name: "None", scopes: scopes as ["read"] } })).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining("scopes"),
      });
  });

  it("ends by its date, and when it is revoked", async () => {
    const { id, key } = await createApiKey({ ctx, input: { name: "Short", expiresInDays: 1 } });
    expect(await authenticateApiKey(test.deps, key)).not.toBeNull();
    await test.deps.db.apiKey.update({ where: { id }, data: { expiresAt: new Date(0) } });
    expect(await authenticateApiKey(test.deps, key)).toBeNull();
    await expect(revokeApiKey({ ctx: stranger, input: { id } })).rejects.toMatchObject({ code: "not_found" });
    await revokeApiKey({ ctx, input: { id } });
    expect((await all(ctx))[0]?.action).toBe("apiKey.revoke");
  });
});
