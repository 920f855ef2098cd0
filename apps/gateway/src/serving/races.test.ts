import { createApiKey, revokeApiKey, updateServer } from "@portico/services";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../testing.ts";
import { createCallers } from "./callers.ts";
import { createServers } from "./servers.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.close());

/** The database with reads of one kind that read at once and hand out what they read when they are told to. */
function holdReads(which: "servers" | "transactions") {
  let release: () => void = () => {};
  let hasRead: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const read = new Promise<void>((resolve) => {
    hasRead = resolve;
  });
  const holding = <Run extends (...args: never[]) => Promise<unknown>>(run: Run) => ({
    async value(...args: Parameters<Run>) {
      const result = await run(...args);
      hasRead();
      await held;
      return result;
    },
  });
  const { db } = gateway.deps;
  const slow: PropertyDescriptorMap =
    which === "servers"
      ? { server: { value: Object.create(db.server, { findFirst: holding(db.server.findFirst.bind(db.server)) }) } }
      : { $transaction: holding(db.$transaction.bind(db)) };
  return { deps: { ...gateway.deps, db: Object.create(db, slow) as typeof db }, read, release };
}

it("forgets a pointer that was read just before it changed", async () => {
  const { serverId } = await gateway.publish({ slug: "raced" });
  const { deps, read, release } = holdReads("servers");
  const servers = await createServers(deps);
  const early = servers.resolve(gateway.organization, "raced");
  await read;
  const heard = new Promise<void>((resolve) => void gateway.deps.state.subscribe("server-changed", () => resolve()));
  await updateServer({ ctx: gateway.ctx, input: { id: serverId, status: "paused" } });
  await heard;
  release();
  expect(await early).not.toBeNull();
  expect(await servers.resolve(gateway.organization, "raced")).toBeNull();
  await servers.close();
});

it("forgets a key that was read just before it was revoked", async () => {
  const { path, serverId } = await gateway.publish({ slug: "keyed" });
  const { id, key } = await createApiKey({ ctx: gateway.ctx, input: { name: "raced" } });
  const { deps, read, release } = holdReads("transactions");
  const callers = await createCallers(deps, (error) => expect.unreachable(String(error)));
  const { organizationId } = gateway.ctx;
  const server = {
    id: serverId,
    organizationId,
    visibility: "organization",
    status: "live",
    versionId: null,
    limits: {},
    everybodyTools: "all",
    stepUp: false,
    hasGrants: false,
    hasProfiles: false,
  } as const;
  const ask = () => callers.authenticate([`Bearer ${key}`], server, { resource: path, isReadOnly: false });
  const early = ask();
  await read;
  const heard = new Promise<void>((resolve) => void gateway.deps.state.subscribe("access-changed", () => resolve()));
  await revokeApiKey({ ctx: gateway.ctx, input: { id } });
  await heard;
  release();
  expect(await early).toMatchObject({ ok: true });
  expect(await ask()).toMatchObject({ ok: false, reason: "invalid" });
  await callers.close();
});
