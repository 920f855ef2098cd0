import { rotateOldSigningKey, rotateSigningKeys } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, inject, rpc, startTestGateway, type TestGateway } from "../testing.ts";
import { connectClient, refreshForm, token } from "../testing-oauth.ts";

let gateway: TestGateway;
let another: Awaited<ReturnType<TestGateway["openAnother"]>>;
let path: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ path } = await gateway.publish({ slug: "notes" }));
  another = await gateway.openAnother();
});
afterAll(() => gateway?.close());

const soon = { timeout: 2_000, interval: 20 };
const kidOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split(".")[0] ?? "", "base64url").toString()).kid as string;
const statusAt = async (app: typeof another, access: string) =>
  (await rpc(app, path, "ping", {}, bearer(access))).status;
const kidsOf = async (app: typeof another) =>
  ((await inject(app, { url: "/oauth/jwks" })).body as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);

describe("OA-43: a new signing key", () => {
  it("signs in every process without a restart, and what was signed before stays valid", async () => {
    const { client, tokens } = await connectClient(gateway, path);
    expect(await statusAt(another, tokens.access)).toBe(200);
    const { ownerUserId: id } = await gateway.deps.db.installation.create({ data: { ownerUserId: "usr_owner" } });
    const ctx = { ...gateway.ctx, actor: { type: "user" as const, id, role: "owner" as const } };
    await rotateSigningKeys({ ctx });
    for (const app of [gateway.app, another]) await expect.poll(() => kidsOf(app), soon).toHaveLength(2);
    const fresh = await token(another, refreshForm(client, tokens.refresh));
    expect(fresh.status).toBe(200);
    expect(kidOf(fresh.access)).not.toBe(kidOf(tokens.access));
    for (const app of [gateway.app, another]) {
      expect(await statusAt(app, fresh.access)).toBe(200);
      expect(await statusAt(app, tokens.access)).toBe(200);
      expect((await inject(app, { url: "/oauth/jwks" })).text).not.toMatch(/"d":/);
    }
    expect(await gateway.deps.db.auditEvent.count({ where: { action: "signingKey.rotate" } })).toBe(1);
  });
  it("is for the owner of the installation to make", async () => {
    const admin = { ...gateway.ctx, actor: { type: "user" as const, id: "usr_other", role: "admin" as const } };
    await expect(rotateSigningKeys({ ctx: admin })).rejects.toMatchObject({ code: "forbidden" });
    const key = { ...gateway.ctx, actor: { type: "apiKey" as const, id: "key_1", scopes: ["read", "write"] as const } };
    await expect(rotateSigningKeys({ ctx: key })).rejects.toMatchObject({ code: "forbidden" });
  });
  it("comes by itself after three months, once however many ask, and forgets keys that are of no use", async () => {
    const { db } = gateway.deps;
    const before = await db.signingKey.findMany();
    await rotateOldSigningKey(gateway.deps);
    expect(await db.signingKey.count()).toBe(before.length);
    await db.signingKey.updateMany({ data: { createdAt: new Date(Date.now() - 91 * 86_400_000) } });
    await db.signingKey.updateMany({
      where: { retiredAt: { not: null } },
      data: { retiredAt: new Date(Date.now() - 3 * 3_600_000) },
    });
    await Promise.all(Array.from({ length: 5 }, () => rotateOldSigningKey(gateway.deps)));
    const after = await db.signingKey.findMany();
    expect(after.filter(({ retiredAt }) => retiredAt === null)).toHaveLength(1);
    expect(after).toHaveLength(2);
  });
});
