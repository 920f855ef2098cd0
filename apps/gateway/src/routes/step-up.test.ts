import { overrideTool, publishServer, setAccess, updateServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bearer, callTool, openSession, publicUrl, rpc, startTestGateway, type TestGateway } from "../testing.ts";
import { connectClient, consent, redeemForm, token } from "../testing-oauth.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const SCOPES = "tools tools:destroy";

function document(baseUrl: string): string {
  const answer = { responses: { 200: { description: "" } } };
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Notes", version: "1" },
    servers: [{ url: baseUrl }],
    paths: {
      "/notes": {
        get: { operationId: "listNotes", ...answer },
        put: { operationId: "replaceNotes", ...answer },
        delete: { operationId: "clearNotes", ...answer },
      },
    },
  });
}

async function publish(slug: string, more: object = {}) {
  const published = await gateway.publish({ slug, source: { content: document(gateway.upstream.url) }, ...more });
  await setAccess({ ctx: gateway.ctx, input: { serverId: published.serverId, stepUp: true } });
  return published;
}

describe("TK-13: a tool that deletes", () => {
  it("is refused with the scope that it takes, and called once the person has said yes to it", async () => {
    const { path, serverId } = await publish("stepped");
    const { client, browser, tokens } = await connectClient(gateway, path);
    const seen = gateway.upstream.seen.length;
    await vi.waitFor(async () =>
      expect((await callTool(gateway.app, path, tokens.access, {}, "clearNotes")).status).toBe(403),
    );
    const refused = await callTool(gateway.app, path, tokens.access, {}, "clearNotes");
    expect(refused.headers["www-authenticate"]).toBe(
      `Bearer error="insufficient_scope", error_description="This tool deletes, and that takes more.", scope="${SCOPES}", ` +
        `resource_metadata="${publicUrl}/.well-known/oauth-protected-resource${path}"`,
    );
    expect(refused.body).toMatchObject({
      jsonrpc: "2.0",
      id: 7,
      error: { message: expect.stringMatching(/sign in again/) },
    });
    expect(gateway.upstream.seen).toHaveLength(seen);
    for (const name of ["listNotes", "replaceNotes"])
      expect((await callTool(gateway.app, path, tokens.access, {}, name)).status).toBe(200);

    const code = (await consent(browser, client, { scope: SCOPES })).get("code") ?? "";
    const more = await token(gateway.app, redeemForm(client, code));
    expect((await callTool(gateway.app, path, more.access, {}, "clearNotes")).status).toBe(200);
    expect(gateway.upstream.seen.at(-1)).toMatchObject({ method: "DELETE", url: "/notes" });
    // The token of before has no more than it was given.
    expect((await callTool(gateway.app, path, tokens.access, {}, "clearNotes")).status).toBe(403);
    await setAccess({ ctx: gateway.ctx, input: { serverId, stepUp: false } });
    await vi.waitFor(async () =>
      expect((await callTool(gateway.app, path, tokens.access, {}, "clearNotes")).status).toBe(200),
    );
  });

  it("is one of which a person says so, whatever its method, alone or as a step", async () => {
    const { path, serverId } = await publish("said");
    const say = (operation: string, annotations: object) =>
      overrideTool({ ctx: gateway.ctx, input: { serverId, operation, patch: { annotations } } });
    await say("GET /notes", { destructiveHint: true });
    await say("DELETE /notes", { destructiveHint: false });
    const steps = [{ id: "list", operation: "GET /notes", arguments: {} }];
    await updateServer({
      ctx: gateway.ctx,
      input: { id: serverId, composedTools: [{ name: "inSteps", description: "In steps.", steps }] },
    });
    await publishServer({ ctx: gateway.ctx, input: { id: serverId } });
    const { tokens } = await connectClient(gateway, path);
    const statusOf = async (name: string) => (await callTool(gateway.app, path, tokens.access, {}, name)).status;
    await vi.waitFor(async () => expect(await statusOf("inSteps")).toBe(403));
    expect([await statusOf("listNotes"), await statusOf("clearNotes")]).toEqual([403, 200]);
  });

  it("is not reached through a batch, the tool that calls others, or a session", async () => {
    const { path, serverId } = await publish("around", { toolMode: "search" });
    const { tokens } = await connectClient(gateway, path);
    const seen = gateway.upstream.seen.length;
    const call = (name: string, args: object) => callTool(gateway.app, path, tokens.access, args, name);
    await vi.waitFor(async () => expect((await call("clearNotes", {})).status).toBe(403));
    expect((await call("call_tool", { name: "clearNotes", arguments: {} })).status).toBe(403);
    expect((await call("call_tool", { name: "listNotes", arguments: {} })).status).toBe(200);
    const session = await openSession(gateway.app, path, tokens.access);
    const inSession = await rpc(
      gateway.app,
      path,
      "tools/call",
      { name: "clearNotes", arguments: {} },
      {
        ...bearer(tokens.access),
        "mcp-session-id": session,
      },
    );
    expect(inSession.status).toBe(403);
    const batch = await gateway.app.inject({
      method: "POST",
      url: path,
      headers: {
        host: new URL(publicUrl).host,
        ...bearer(tokens.access),
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2025-03-26",
      },
      payload: [
        { jsonrpc: "2.0", id: 1, method: "ping" },
        { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "clearNotes", arguments: {} } },
      ],
    });
    expect(batch.statusCode).toBe(403);
    expect(gateway.upstream.seen.slice(seen).map(({ method }) => method)).toEqual(["GET"]);
    // A program is nobody who could be asked.
    expect((await callTool(gateway.app, path, gateway.apiKey, {}, "clearNotes")).status).toBe(200);
    await updateServer({ ctx: gateway.ctx, input: { id: serverId, visibility: "public" } });
    await vi.waitFor(async () => {
      const anonymous = await rpc(gateway.app, path, "tools/call", { name: "clearNotes", arguments: {} });
      expect(anonymous.status).toBe(401);
      expect(anonymous.headers["www-authenticate"]).toContain(`scope="${SCOPES}"`);
    });
  });
});
