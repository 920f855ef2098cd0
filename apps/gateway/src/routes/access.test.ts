import {
  createResetLink,
  grantAccess,
  removeAccess,
  resetPassword,
  setAccess,
  type ToolGrant,
  updateServer,
} from "@portico/services";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bearer, callTool, inject, rpc, startTestGateway, type TestGateway } from "../testing.ts";
import { token as askToken, connectClient, createPerson, refreshForm } from "../testing-oauth.ts";

/** What is taken away is gone everywhere within this. */
const REACH_MS = 1_000;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

async function namesOf(path: string, token?: string, app = gateway.app) {
  const answer = await rpc(app, path, "tools/list", {}, token ? bearer(token) : {});
  if (answer.status !== 200) return answer.status;
  return (answer.body as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);
}

const within = (check: () => Promise<void>) => vi.waitFor(check, { timeout: REACH_MS, interval: 20 });

async function connected(path: string, { isStranger = false } = {}) {
  const person = await createPerson(gateway, { isStranger });
  const { tokens } = await connectClient(gateway, path, person);
  const member = await gateway.deps.db.member.findFirst({ where: { userId: person.id } });
  return { ...person, token: tokens.access, memberId: member?.id ?? "" };
}

const limit = (serverId: string, to: { memberId: string } | { email: string }, tools: ToolGrant) =>
  grantAccess({ ctx: gateway.ctx, input: { serverId, to, tools } });

describe("XT-08: tools that somebody may not use", () => {
  it("are neither listed nor called, and nobody sees the list of another", async () => {
    const { path, serverId } = await gateway.publish({ slug: "limited" });
    const [ada, bob] = await Promise.all([connected(path), connected(path)]);
    await limit(serverId, { memberId: ada.memberId }, "reading");
    await limit(serverId, { memberId: bob.memberId }, { operations: ["POST /notes"] });
    await within(async () => expect(await namesOf(path, ada.token)).toEqual(["listNotes"]));
    // By turns, so that a cache that mixes them up is seen.
    for (let turn = 0; turn < 3; turn++) {
      expect(await namesOf(path, ada.token)).toEqual(["listNotes"]);
      expect(await namesOf(path, bob.token)).toEqual(["addNote"]);
      expect(await namesOf(path, gateway.apiKey)).toEqual(["listNotes", "addNote"]);
    }
    const before = gateway.upstream.seen.length;
    const refused = await callTool(gateway.app, path, ada.token, { body: {} }, "addNote");
    const unknown = await callTool(gateway.app, path, ada.token, {}, "noSuchTool");
    expect(refused.body).toEqual(JSON.parse(unknown.text.replaceAll("noSuchTool", "addNote")));
    expect(gateway.upstream.seen).toHaveLength(before);
    const called = await callTool(gateway.app, path, ada.token);
    expect(called.body).toMatchObject({ result: { content: [{ type: "text" }] } });
  });

  it("are told of to no shared cache, signed in or not", async () => {
    const { path, serverId } = await gateway.publish({ slug: "cached", visibility: "public", dialect: "full" });
    const list = async () => {
      const meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
      };
      const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list" };
      const answer = await rpc(gateway.app, path, "tools/list", { _meta: meta }, headers);
      return (answer.body as { result: { cacheScope: string } }).result.cacheScope;
    };
    expect(await list()).toBe("public");
    const { id } = await limit(serverId, { email: "guest@example.com" }, "reading");
    await within(async () => expect(await list()).toBe("private"));
    await removeAccess({ ctx: gateway.ctx, input: { serverId, id } });
    await within(async () => expect(await list()).toBe("public"));
  });

  it("are found by no search, described by none, and called through none", async () => {
    const { path, serverId } = await gateway.publish({ slug: "searched", toolMode: "search" });
    await setAccess({ ctx: gateway.ctx, input: { serverId, everybodyTools: "reading" } });
    const ask = async (name: string, args: object) =>
      (await callTool(gateway.app, path, gateway.apiKey, args, name)).text;
    await within(async () => expect(await ask("search_tools", { query: "notes" })).not.toContain("addNote"));
    expect(await ask("search_tools", { query: "notes" })).toContain("listNotes");
    expect(await ask("describe_tools", { names: ["addNote"] })).not.toContain("inputSchema");
    const before = gateway.upstream.seen.length;
    await ask("call_tool", { name: "addNote", arguments: { body: {} } });
    await ask("addNote", { body: {} });
    expect(gateway.upstream.seen).toHaveLength(before);
  });

  it("take the resources that they answer along", async () => {
    const { path, serverId } = await gateway.publish({ slug: "read" });
    const resource = { uri: "notes://all", name: "notes", operation: "GET /notes" };
    await updateServer({ ctx: gateway.ctx, input: { id: serverId, resources: [resource] } });
    await gateway.publish({ slug: "read" });
    const list = async () => (await rpc(gateway.app, path, "resources/list", {}, bearer(gateway.apiKey))).text;
    const read = () => rpc(gateway.app, path, "resources/read", { uri: "notes://all" }, bearer(gateway.apiKey));
    await within(async () => expect(await list()).toContain("notes://all"));
    expect((await read()).body).toHaveProperty("result.contents");
    await setAccess({ ctx: gateway.ctx, input: { serverId, everybodyTools: { operations: ["POST /notes"] } } });
    await within(async () => expect(await list()).not.toContain("notes://all"));
    const before = gateway.upstream.seen.length;
    expect((await read()).body).toHaveProperty("error");
    expect(gateway.upstream.seen).toHaveLength(before);
  });
});

describe("TK-12: access that was taken away", () => {
  it("ends within a second on every gateway, a person's and a team's alike", async () => {
    const { path, serverId } = await gateway.publish({ slug: "ended" });
    const second = await gateway.openAnother();
    const guest = await createPerson(gateway, { isStranger: true });
    const { id } = await limit(serverId, { email: guest.email }, "all");
    const { tokens } = await connectClient(gateway, path, guest);
    for (const app of [gateway.app, second]) expect(await namesOf(path, tokens.access, app)).toHaveLength(2);
    await removeAccess({ ctx: gateway.ctx, input: { serverId, id } });
    for (const app of [gateway.app, second])
      await within(async () => expect(await namesOf(path, tokens.access, app)).toBe(401));
  });

  it("ends for every client of who sets a new password by a link, and refresh tokens with it", async () => {
    const { path } = await gateway.publish({ slug: "reset" });
    const second = await gateway.openAnother();
    const [person, other] = [await createPerson(gateway), await createPerson(gateway)];
    const [{ client, tokens }, others] = [
      await connectClient(gateway, path, person),
      await connectClient(gateway, path, other),
    ];
    expect(await namesOf(path, tokens.access, second)).toHaveLength(2);
    const member = await gateway.deps.db.member.findFirstOrThrow({ where: { userId: person.id } });
    const { url } = await createResetLink({ ctx: gateway.ctx, input: { id: member.id } });
    await resetPassword(gateway.deps, { token: url.split("#")[1] ?? "", password: "nanoseconds matter" });
    for (const app of [gateway.app, second])
      await within(async () => expect(await namesOf(path, tokens.access, app)).toBe(401));
    expect((await askToken(gateway.app, refreshForm(client, tokens.refresh))).error).toBe("invalid_grant");
    expect(await namesOf(path, others.tokens.access)).toHaveLength(2);
  });

  it("asks for a sign-in where nobody needed one", async () => {
    const { path, serverId } = await gateway.publish({ slug: "closed", visibility: "public" });
    expect(await namesOf(path)).toHaveLength(2);
    await setAccess({ ctx: gateway.ctx, input: { serverId, visibility: "signed-in" } });
    await within(async () => expect(await namesOf(path)).toBe(401));
    const stranger = await connected(path, { isStranger: true });
    expect(await namesOf(path, stranger.token)).toHaveLength(2);
    await setAccess({ ctx: gateway.ctx, input: { serverId, visibility: "chosen" } });
    await within(async () => expect(await namesOf(path, stranger.token)).toBe(401));
  });

  it("closes the streams of whoever lost it, and tells the others to list again", async () => {
    const { path, serverId } = await gateway.publish({ slug: "streamed" });
    const [ada, bob] = await Promise.all([connected(path), connected(path)]);
    await gateway.app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = gateway.app.server.address() as { port: number };
    const open = async (token: string) => {
      const initialized = await inject(gateway.app, {
        method: "POST",
        url: path,
        headers: {
          ...bearer(token),
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
        },
        payload: JSON.stringify({
          ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
          params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
        }),
      });
      const { request } = await import("node:http");
      const state = { text: "", isClosed: false };
      await new Promise<void>((resolve, reject) => {
        const asking = request(
          {
            ...{ port, path, host: "127.0.0.1", agent: false },
            headers: {
              ...{ host: "portico.example.com", accept: "text/event-stream" },
              ...bearer(token),
              "mcp-session-id": String(initialized.headers["mcp-session-id"]),
            },
          },
          (response) => {
            expect(response.statusCode).toBe(200);
            response.on("data", (chunk) => {
              state.text += chunk;
            });
            response.on("error", () => {});
            response.on("close", () => {
              state.isClosed = true;
            });
            resolve();
          },
        );
        asking.on("error", reject);
        asking.end();
      });
      return state;
    };
    const [adas, bobs] = await Promise.all([open(ada.token), open(bob.token)]);
    await limit(serverId, { memberId: bob.memberId }, "reading");
    await within(async () => expect(bobs.text).toContain("notifications/tools/list_changed"));
    await setAccess({ ctx: gateway.ctx, input: { serverId, visibility: "chosen" } });
    await within(async () => expect(adas.isClosed).toBe(true));
    expect(bobs.isClosed).toBe(false);
  });
});
