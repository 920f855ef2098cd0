import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cancellation } from "./cancellation.ts";
import { alice, demoEndpoint, demoVersion, echoTool } from "./testing.ts";
import { serveOver } from "./testing-http.ts";

const demo = demoEndpoint();
const listener = serve();
let url: URL;

beforeAll(async () => {
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  url = new URL(`http://127.0.0.1:${(listener.address() as AddressInfo).port}/mcp`);
});

afterAll(async () => {
  listener.closeAllConnections();
  await new Promise((done) => listener.close(done));
});

const identity = { name: "cursor-vscode", version: "1.0" };
const legacyTransport = () => new LegacyTransport(url);
const modernTransport = () => new ModernTransport(url);

/** A connected client of each kind, as the few things the tests ask of it. */
const connectors = {
  "sdk v1": async () => {
    const transport = legacyTransport();
    const client = new LegacyClient(identity);
    await client.connect(transport as Parameters<typeof client.connect>[0]);
    return { client, version: transport.protocolVersion, terminate: () => transport.terminateSession() };
  },
  "sdk v2 legacy": () => connectModern({ mode: "legacy" }),
  "sdk v2 auto": () => connectModern({ mode: "auto" }),
  "sdk v2 pinned to 2026-07-28": () => connectModern({ mode: { pin: "2026-07-28" } }),
};

async function connectModern(versionNegotiation: { mode: "legacy" | "auto" | { pin: string } }) {
  const transport = modernTransport();
  const client = new ModernClient(identity, { versionNegotiation });
  await client.connect(transport);
  return { client, version: transport.protocolVersion, terminate: () => transport.terminateSession() };
}

describe.each([
  ["sdk v1", "2025-11-25"],
  ["sdk v2 legacy", "2025-11-25"],
  ["sdk v2 auto", "2026-07-28"],
  ["sdk v2 pinned to 2026-07-28", "2026-07-28"],
] as const)("%s", (name, version) => {
  it(`speaks ${version} and sees the same server as everybody`, async () => {
    const connection = await connectors[name]();
    const { client } = connection;
    expect(connection.version).toBe(version);
    expect(client.getServerVersion()).toMatchObject({ name: "demo", version: "1" });
    expect(client.getInstructions()).toBe("Ask for users.");
    const { tools } = await client.listTools();
    expect(tools).toEqual(JSON.parse(String(demoVersion().toolsList("full", true, false))));
    for (const tool of ["get_user", "größe"]) {
      const result = await client.callTool({ name: tool, arguments: { id: 7 } });
      expect(result).toMatchObject({
        content: [{ type: "text", text: '{"id":7}' }],
        structuredContent: { name: tool, args: { id: 7 } },
      });
    }
    expect((await client.listPrompts()).prompts).toEqual([]);
    expect((await client.listResources()).resources).toEqual([]);
    expect((await client.listResourceTemplates()).resourceTemplates).toEqual([]);
    await client.close();
  });

  it("gets protocol errors as errors", async () => {
    const { client } = await connectors[name]();
    await expect(client.callTool({ name: "nope" })).rejects.toMatchObject({ code: -32602 });
    await expect(client.callTool({ name: "broken" })).rejects.toMatchObject({ code: -32603 });
    await expect(client.getPrompt({ name: "nope" })).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });

  it("hangs up and the call is aborted", async () => {
    const { client } = await connectors[name]();
    const aborted = new Promise<void>((done) => {
      hold = (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            done();
            reject(new Error("cancelled"));
          });
        });
    });
    const stop = new AbortController();
    const call = client.callTool({ name: "get_user" }, ...callOptions(name, stop.signal));
    setTimeout(() => stop.abort(), 20);
    await expect(call).rejects.toThrow();
    await client.close();
    await aborted;
    hold = undefined;
  });
});

it("a legacy client pings, sets a log level and ends its session", async () => {
  const { client, terminate } = await connectors["sdk v1"]();
  await client.ping();
  await (client as LegacyClient).setLoggingLevel("info");
  await terminate();
  await client.close();
  expect(demo.tombstones.size).toBe(1);
});

/** Set by a test that wants its call to last. */
let hold: ((signal: Cancellation) => Promise<never>) | undefined;

function callOptions(name: keyof typeof connectors, signal: AbortSignal): never[] {
  return (name === "sdk v1" ? [undefined, { signal }] : [{ signal }]) as never[];
}

function serve(): Server {
  return serveOver((request) =>
    demo.endpoint({
      version: demoVersion(),
      principal: alice,
      callTool: (input) => (hold ? hold(input.signal) : echoTool(input)),
      request,
    }),
  );
}
