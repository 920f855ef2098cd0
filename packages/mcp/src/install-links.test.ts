import { describe, expect, it } from "vitest";
import { installLinks } from "./install-links.ts";

const url = "https://portico.example/mcp/acme/user-api?a=1&b=2";
const name = "Acme's Users & Größen";
const key = "acme-s-users-gro-en";

function find(id: string, target = { url, name }) {
  const link = installLinks(target).find((candidate) => candidate.id === id);
  if (link === undefined) throw new Error(`no link for ${id}`);
  return link;
}

const query = (link: string | undefined) => new URLSearchParams(link?.slice(link.indexOf("?") + 1));
const fromBase64 = (text: string | null) => JSON.parse(Buffer.from(text ?? "", "base64").toString());

describe("deep links", () => {
  it("round-trip for Cursor", () => {
    const { deepLink } = find("cursor");
    expect(deepLink).toMatch(/^cursor:\/\/anysphere\.cursor-deeplink\/mcp\/install\?/);
    expect(query(deepLink).get("name")).toBe(name);
    expect(fromBase64(query(deepLink).get("config"))).toEqual({ url, headers: {} });
  });

  it("round-trip for VS Code", () => {
    const { deepLink = "" } = find("vscode");
    const prefix = "vscode:mcp/install?";
    expect(deepLink.startsWith(prefix)).toBe(true);
    expect(JSON.parse(decodeURIComponent(deepLink.slice(prefix.length)))).toEqual({ name, type: "http", url });
  });

  it("round-trip for Goose", () => {
    const { deepLink } = find("goose");
    expect(deepLink).toMatch(/^goose:\/\/extension\?/);
    expect(Object.fromEntries(query(deepLink))).toEqual({
      url,
      type: "streamable_http",
      id: key,
      name,
      description: name,
      timeout: "300",
    });
  });

  it("round-trip for LM Studio", () => {
    const { deepLink } = find("lm-studio");
    expect(deepLink).toMatch(/^lmstudio:\/\/add_mcp\?/);
    expect(query(deepLink).get("name")).toBe(name);
    expect(fromBase64(query(deepLink).get("config"))).toEqual({ url });
  });

  it("round-trip for Kiro", () => {
    const { deepLink } = find("kiro");
    expect(query(deepLink).get("name")).toBe(name);
    expect(JSON.parse(query(deepLink).get("config") ?? "")).toEqual({ url });
  });

  it("contain nothing that an attribute or a shell would read", () => {
    for (const { deepLink } of installLinks({ url, name })) expect(deepLink ?? "").not.toMatch(/["'<>`\s\\]/);
  });
});

describe("snippets", () => {
  it.each([
    ["cursor", { mcpServers: { [key]: { url, headers: {} } } }],
    ["vscode", { servers: { [key]: { type: "http", url } } }],
    ["devin", { mcpServers: { [key]: { url } } }],
    ["lm-studio", { mcpServers: { [key]: { url } } }],
    ["zed", { context_servers: { [key]: { url } } }],
    ["kiro", { mcpServers: { [key]: { url } } }],
    ["stdio", { mcpServers: { [key]: { command: "npx", args: ["-y", "mcp-remote", url] } } }],
  ])("for %s are the JSON the client reads", (id, want) => {
    const { snippet } = find(id);
    expect(snippet.language).toBe("json");
    expect(JSON.parse(snippet.text)).toEqual(want);
  });

  it.each([
    ["claude-code", `claude mcp add --transport http ${key} '${url}'`],
    ["gemini-cli", `gemini mcp add --transport http --scope user ${key} '${url}'`],
    ["codex", `[mcp_servers.${key}]\nurl = "${url}"\n`],
    ["claude", url],
    ["chatgpt", url],
  ])("for %s are exact", (id, want) => {
    expect(find(id).snippet.text).toBe(want);
  });

  it("leave a plain URL unquoted", () => {
    const plain = { url: "https://portico.example/mcp/acme/users", name: "users" };
    expect(find("claude-code", plain).snippet.text).toBe(`claude mcp add --transport http users ${plain.url}`);
  });

  it("for Goose are YAML with quoted texts", () => {
    expect(find("goose").snippet.text).toContain(
      `    name: ${JSON.stringify(name)}\n    type: streamable_http\n    uri: "${url}"\n`,
    );
  });

  it.each([
    ["日本語", "server"],
    ["42 things", "server-42-things"],
    ["  --x--  ", "x"],
    ["é".repeat(100), "e".repeat(48)],
  ])("spell the name %s as %s", (given, want) => {
    expect(JSON.parse(find("zed", { url, name: given }).snippet.text)).toEqual({
      context_servers: { [want]: { url } },
    });
  });
});

describe("every client", () => {
  const links = installLinks({ url, name });

  it("is there once", () => {
    expect(links.map(({ id }) => id)).toEqual([
      "claude",
      "chatgpt",
      "cursor",
      "vscode",
      "claude-code",
      "codex",
      "gemini-cli",
      "devin",
      "goose",
      "lm-studio",
      "zed",
      "kiro",
      "stdio",
    ]);
  });

  it("explains itself in short plain sentences", () => {
    for (const step of links.flatMap(({ steps }) => steps)) {
      expect(step).toMatch(/^[A-Z].{5,150}\.$/);
      expect(step).not.toMatch(/!|\b(please|simply|just)\b/i);
    }
  });
});
