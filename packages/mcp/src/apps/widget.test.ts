import { describe, expect, it } from "vitest";
import { META_KEYS } from "../modern-envelope.ts";
import { demoEndpoint, demoVersion, legacyRequest, messageOf, modernRequest } from "../testing.ts";
import { takesWidgets, withWidgets } from "./widget.ts";

const SHOWS = { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } } };
const URI = "ui://portico/answer.html";

const plain = demoVersion();
const version = demoVersion({
  dialect: "safe",
  hasWidgets: true,
  toolsList: async (dialect, hasOutput, hasWidgets) => {
    const list = String(await plain.toolsList(dialect, hasOutput, false));
    return hasWidgets ? withWidgets(list, (name) => name === "größe") : list;
  },
});

type Ask = (method: string, params?: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** One client that says this of itself, in both eras. */
async function clientsWith(capabilities: object, served = version): Promise<Record<string, Ask>> {
  const { send } = demoEndpoint();
  const opened = await send(
    legacyRequest("initialize", {
      protocolVersion: "2024-11-05",
      capabilities,
      clientInfo: { name: "x", version: "1" },
    }),
    { version: served },
  );
  const headers = { "mcp-session-id": opened.headers["mcp-session-id"] };
  const meta = { [META_KEYS.clientCapabilities]: capabilities };
  return {
    legacy: async (method, params) =>
      messageOf(await send(legacyRequest(method, params, { headers }), { version: served })),
    modern: async (method, params) =>
      messageOf(await send(modernRequest(method, params, { meta }), { version: served })),
  };
}

describe.each(["legacy", "modern"])("widgets in the %s era", (era) => {
  const connect = async (capabilities: object, served?: typeof version) =>
    (await clientsWith(capabilities, served))[era] as Ask;
  const list = async (ask: Ask) =>
    (await ask("tools/list")).result as { tools: Record<string, unknown>[]; cacheScope?: string };

  it("stand beside their tools for clients that show them, and nowhere for others", async () => {
    const shown = await list(await connect(SHOWS));
    expect(shown.tools.map(({ name, _meta }) => [name, _meta])).toEqual([
      ["get_user", undefined],
      [
        "größe",
        {
          ui: { resourceUri: URI, visibility: ["model"] },
          "ui/resourceUri": URI,
          "openai/outputTemplate": URI,
          "openai/widgetAccessible": false,
        },
      ],
      ["broken", undefined],
    ]);
    const others = await list(
      await connect({ extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/x"] } } }),
    );
    expect(others.tools).toEqual(JSON.parse(String(await plain.toolsList("safe", true, false))));
    // The list depends on the client.
    if (era === "modern") expect([shown.cacheScope, others.cacheScope]).toEqual(["private", "private"]);
  });

  it("are one page, which is read by its address and listed nowhere", async () => {
    const ask = await connect(SHOWS);
    const { contents } = (await ask("resources/read", { uri: URI })).result as { contents: Record<string, unknown>[] };
    expect(contents).toMatchObject([
      {
        uri: URI,
        mimeType: "text/html;profile=mcp-app",
        _meta: {
          ui: {
            csp: { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] },
            prefersBorder: true,
          },
        },
      },
    ]);
    expect((await ask("resources/list")).result).toMatchObject({ resources: [] });
  });

  it("are not there for a version without", async () => {
    const ask = await connect(SHOWS, plain);
    expect((await list(ask)).tools.some((tool) => "_meta" in tool)).toBe(false);
    expect((await ask("resources/read", { uri: URI })).error).toMatchObject({ data: { uri: URI } });
  });
});

it("are announced by the versions that have them", async () => {
  const { send } = demoEndpoint();
  const said = async (served: typeof version) => {
    const exchange = { version: served };
    const hello = legacyRequest("initialize", { protocolVersion: "2025-11-25", capabilities: {} });
    const answers = [await send(hello, exchange), await send(modernRequest("server/discover"), exchange)];
    return answers.map((answer) => (messageOf(answer).result as { capabilities: object }).capabilities);
  };
  expect(await said(version)).toEqual([expect.objectContaining(SHOWS), expect.objectContaining(SHOWS)]);
  expect(await said(plain)).toEqual([
    expect.not.objectContaining({ extensions: expect.anything() }),
    expect.objectContaining({ extensions: {} }),
  ]);
});

it.each([
  undefined,
  null,
  "ui",
  {},
  { extensions: null },
  { extensions: [] },
  { extensions: { "io.modelcontextprotocol/ui": {} } },
  { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: "text/html;profile=mcp-app" } } },
])("are not for a client that says %j", (capabilities) => {
  expect(takesWidgets(capabilities)).toBe(false);
});

it("are a page of at most 25 KB that names no other address", async () => {
  const { send } = demoEndpoint();
  const answer = messageOf(await send(modernRequest("resources/read", { uri: URI }), { version }));
  const { contents } = answer.result as { contents: { text: string }[] };
  const html = contents[0]?.text ?? "";
  expect(html.length).toBeLessThan(25_000);
  expect(html).toContain("default-src 'none'");
  expect(html.match(/https?:\/\/[a-z][^\s"']*/g)).toEqual(["http://www.w3.org/2000/svg"]);
  expect(html).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|fetch\(|import\(/);
});
