import type { SearchResult } from "@portico/services";
import { describe, expect, it } from "vitest";
import { commandsFor, readQuery, type Surroundings } from "./commands.ts";

const server = (slug: string, title: string) => ({
  id: `srv_${slug}`,
  slug,
  title,
  mcpUrl: `https://x.example/mcp/acme/${slug}`,
});
const tool = (name: string, operation: string | null, isPicked = true) => ({
  server: { slug: "pets", title: "Pets" },
  name,
  operation,
  isPicked,
});
const found: SearchResult = {
  servers: [server("pets", "Pets"), server("zoo", "Zoo")],
  tools: [],
  documents: [],
  isPartial: false,
};
const owner: Surroundings = {
  rights: { mayWrite: true, mayWriteCredentials: true, mayReadUsage: true },
  mayCreateOrganization: true,
  settings: [
    { href: "/settings/members", label: "Members" },
    { href: "/settings/api-keys", label: "API keys" },
  ],
  here: undefined,
  theme: "dark",
};
const member: Surroundings = {
  ...owner,
  rights: { mayWrite: false, mayWriteCredentials: false, mayReadUsage: false },
  mayCreateOrganization: false,
  settings: [{ href: "/settings/members", label: "Members" }],
};

const outline = (text: string, around = owner, of: Partial<SearchResult> = {}) =>
  Object.fromEntries(
    commandsFor(text, { ...found, ...of }, around).map(({ title, commands }) => [
      title,
      commands.map(({ label }) => label),
    ]),
  );
const hrefs = (text: string, around = owner, of: Partial<SearchResult> = {}) =>
  commandsFor(text, { ...found, ...of }, around)
    .flatMap(({ commands }) => commands)
    .flatMap(({ deed }) => (deed.type === "go" ? [deed.href] : []));

describe("readQuery", () => {
  it.each([
    ["  List   Pets ", "list pets", undefined],
    ["try list pets", "list pets", "try"],
    ["pets answer", "pets", "answer"],
    // A tool may be called that.
    ["try", "try", undefined],
  ])("reads %s", (text, asked, toolPage) => {
    expect(readQuery(text)).toMatchObject({ asked, toolPage });
  });
});

describe("the commands", () => {
  it("begin with the pages of the server that one is at, without its tabs that one may not enter", () => {
    const here = server("pets", "Pets");
    expect(Object.keys(outline("", { ...owner, here }))).toEqual(["This server", "Servers", "Actions", "Go to"]);
    expect(outline("", { ...owner, here }).Servers).toEqual(["Zoo"]);
    expect(outline("", { ...owner, here })["This server"]).toContain("Access");
    expect(outline("", { ...member, here })["This server"]).toEqual([
      "Overview",
      "Tools",
      "Own tools",
      "Prompts & resources",
      "Profiles",
      "Versions",
      "Copy the URL of Pets",
    ]);
  });

  it("are pages of servers by the words of both", () => {
    expect(hrefs("zoo access")).toEqual(["/servers/zoo/access"]);
    expect(hrefs("zoo access", member)).toEqual([]);
    expect(hrefs("zoo versions", member)).toEqual(["/servers/zoo/versions"]);
  });

  it("are a tool with its pages, and of one that is asked for that page alone", () => {
    const tools = [tool("list_pets", "GET /pets"), tool("adopt", null), tool("drop", "DELETE /pets/{id}", false)];
    const at = "/servers/pets/tools/GET%20%2Fpets";
    expect(hrefs("pets list", owner, { tools }).slice(0, 3)).toEqual([at, `${at}/try`, `${at}/answer`]);
    expect(hrefs("pets list", member, { tools })[0]).toBe(at);
    expect(hrefs("pets list", member, { tools })).not.toContain(`${at}/try`);
    expect(hrefs("try pets", owner, { tools })).toEqual([
      `${at}/try`,
      "/servers/pets/own-tools",
      "/servers/pets/tools/DELETE%20%2Fpets%2F%7Bid%7D/try",
      "/servers/pets/try",
    ]);
    expect(hrefs("try pets", member, { tools })).not.toContain(`${at}/try`);
    const [group] = commandsFor("drop", { ...found, tools: tools.slice(2) }, owner);
    expect(group?.commands[0]?.detail).toBe("DELETE /pets/{id} · Pets · not picked");
  });

  it("are the documents that were found, once something is typed", () => {
    const documents = [{ id: "doc_1", title: "Pets" }];
    expect(hrefs("pets", owner, { documents })).toContain("/documents/doc_1");
    expect(hrefs("", owner, { documents })).not.toContain("/documents/doc_1");
  });

  it("are settings and actions that one may use, and other themes than the one that is", () => {
    expect(hrefs("api keys")).toEqual(["/settings/api-keys"]);
    expect(hrefs("api keys", member)).toEqual([]);
    expect(hrefs("new server")).toEqual(["/new"]);
    expect(hrefs("new", member)).toEqual([]);
    expect(outline("theme").Actions).toEqual(["Light theme", "Theme as the system"]);
    expect(outline("copy zoo").Actions).toEqual(["Copy the URL of Zoo"]);
  });

  it("put the kind first whose name begins with what was typed", () => {
    const tools = [tool("remove_members", "DELETE /members")];
    expect(Object.keys(outline("members", owner, { tools }))[0]).toBe("Go to");
    expect(Object.keys(outline("remove", owner, { tools }))[0]).toBe("Tools");
  });

  it("have each its own id", () => {
    const tools = [tool("list_pets", "GET /pets"), tool("adopt", null)];
    const ids = commandsFor("pets", { ...found, tools }, { ...owner, here: found.servers[0] }).flatMap(({ commands }) =>
      commands.map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});
