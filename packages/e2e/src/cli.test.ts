import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { STUB_KEY, startModelStub } from "@portico/models/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectByOAuth } from "./oauth-client.ts";
import { apiKey, type Portico, startPortico } from "./portico.ts";

const main = path.resolve(import.meta.dirname, "../../../apps/cli/src/main.ts");

const PIER_KEY = "k3y-of-the-environment";

let portico: Portico;
beforeAll(async () => {
  portico = await startPortico({ env: { PORTICO_VALUE_PIER_KEY: PIER_KEY } });
});
afterAll(() => portico?.stop());

/** Runs the command line as a person would. */
function run(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
      env: { PATH: process.env.PATH, PORTICO_URL: portico.url, PORTICO_API_KEY: apiKey, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.once("close", (code) => resolve({ code, out, err }));
  });
}

/** Where the bundled sample API says what it does. */
const sampleUrl = () =>
  `http://127.0.0.1:${fs.readFileSync(path.join(portico.dataDir, "sample.port"), "utf8")}/openapi.json`;

it("publishes, lists, calls and evaluates the sample from a terminal", async () => {
  const published = await run(["publish", sampleUrl(), "--slug", "harbor", "--select", "all"]);
  expect([published.code, published.out]).toEqual([0, expect.stringContaining(`${portico.url}/mcp/acme/harbor`)]);
  expect((await run(["servers"])).out).toMatch(
    /^harbor {2}.+ {2}organization {2}version 1 {2}\d+ tools {2}\S+\/mcp\/acme\/harbor\n$/,
  );
  expect((await run(["tools", "harbor"])).out).toMatch(/^read {2}listTours/m);
  const called = await run(["call", "harbor", "listTours", "--arg", "kind=kayak", "--json"]);
  expect(JSON.parse(called.out)).toMatchObject({ structuredContent: { result: [{ id: "canal-kayak" }] } });
  const refused = await run(["call", "harbor", "getTour", "--arg", "tourId=nowhere"]);
  expect([refused.code, refused.out]).toEqual([1, expect.stringContaining('There is no tour "nowhere"')]);

  const suite = (id: string) => {
    const file = path.join(portico.dataDir, `${id}.json`);
    const expected = { matches: { result: [{ id }] } };
    fs.writeFileSync(
      file,
      JSON.stringify({
        name: id,
        cases: [{ name: "kayaks", call: { tool: "listTours", args: { kind: "kayak" } }, expect: expected }],
      }),
    );
    return file;
  };
  const good = await run(["eval", "run", suite("canal-kayak"), "--server", "harbor"]);
  expect([good.code, good.out]).toEqual([0, expect.stringMatching(/^ok +kayaks.*\n1 passed, 0 failed/)]);
  const bad = await run(["eval", "run", suite("river-kayak"), "--server", "harbor"]);
  expect([bad.code, bad.out]).toEqual([
    1,
    expect.stringMatching(/FAIL kayaks.*\n.*not "river-kayak"\.\n0 passed, 1 failed/),
  ]);
});

it("keeps eval cases with a server: saves, runs, lists, exports, imports, renames and removes them", async () => {
  const evals = (...args: string[]) => run(["eval", ...args]);
  expect((await evals("list", "harbor")).out).toMatch(/no eval case yet\. Save one with: portico eval save harbor/);
  const kayak = ["save", "harbor", "kayaks", "--tool", "listTours", "--arg", "kind=kayak"];
  const wrong = await evals(...kayak, "--match", "result[0].colour");
  expect([wrong.code, wrong.err]).toEqual([
    1,
    expect.stringMatching(/no field of the answer.*There is: result\[0\]\.id/),
  ]);
  expect((await evals(...kayak, "--match", "result[0].id")).out).toBe('Saved "kayaks".\n');
  const refused = ["save", "harbor", "no such tour", "--tool", "GET /tours/{tourId}", "--arg", "tourId=x", "--refused"];
  expect((await evals(...refused, "--contains", "no tour")).code).toBe(0);
  const booking = ["save", "harbor", "a booking", "--tool", "createBooking"];
  expect((await evals(...booking)).code).toBe(0);

  const ran = await evals("run", "--server", "harbor");
  expect([ran.code, ran.out]).toEqual([
    0,
    expect.stringMatching(
      /^-- {3}a booking\n {5}It changes something.*\nok {3}kayaks \(\d+ ms\)\nok {3}no such tour .*\n2 passed, 0 failed, 1 not run\n$/,
    ),
  ]);
  const sure = await evals("run", "--server", "harbor", "--case", "a booking", "--may-change");
  expect([sure.code, sure.out]).toEqual([1, expect.stringMatching(/^FAIL a booking.*\n {5}It refused: /)]);
  expect((await evals("list", "harbor")).out).toMatch(
    /^a booking +createBooking +failed on the draft, .*\nkayaks +listTours +passed on the draft, /,
  );

  const file = path.join(portico.dataDir, "kept.json");
  fs.writeFileSync(file, (await evals("export", "harbor")).out);
  const published = await evals("run", file, "--server", "harbor");
  expect([published.code, published.out]).toEqual([1, expect.stringMatching(/\n2 passed, 1 failed\n$/)]);
  expect((await evals("rename", "harbor", "kayaks", "Kayaks")).out).toBe('It is called "Kayaks" now.\n');
  expect((await evals("import", "harbor", file)).out).toBe("Added 1 case, replaced 2.\n");
  expect((await evals("remove", "harbor", "a booking")).out).toBe('Removed "a booking".\n');
  const gone = await evals("remove", "harbor", "a booking");
  expect([gone.code, gone.err]).toEqual([
    1,
    expect.stringMatching(/no eval case "a booking"\. There is: Kayaks, kayaks/),
  ]);
  const mixed = await evals("run", file, "--server", "harbor", "--may-change");
  expect([mixed.code, mixed.err]).toEqual([2, expect.stringMatching(/A file is run as clients call/)]);
});

it("adds, tests, lists and removes a model provider, whose key is in no argument and no output", async () => {
  const stub = await startModelStub(() => ({ text: "ready" }));
  const models = (args: string[], env: Record<string, string> = {}) => run(["models", ...args], env);
  const added = await models(["add", "compatible", "--name", "Ours", "--model", "small-1", "--base-url", stub.url], {
    PORTICO_MODEL_KEY: STUB_KEY,
  });
  const listed = await models(["list"]);
  const tested = await models(["test", "Ours"]);
  expect([added.code, listed.out, tested.code, tested.out]).toEqual([
    0,
    expect.stringContaining(`Ours  compatible  small-1  ${stub.url}`),
    0,
    expect.stringMatching(/^small-1 answers \(\d+ ms\)/),
  ]);
  await stub.stop();
  const away = await models(["test", "Ours"]);
  expect([away.code, away.out]).toEqual([1, expect.stringMatching(/could not be reached/)]);
  expect((await models(["remove", "Ours"])).code).toBe(0);
  const gone = await models(["test", "Ours"]);
  expect([gone.code, gone.err]).toEqual([1, expect.stringMatching(/no model provider "Ours"/)]);
  expect(JSON.stringify([added, listed, tested, away])).not.toContain(STUB_KEY);
});

it("says what is wrong, and with which exit code", async () => {
  const table: { args: string[]; env?: Record<string, string>; code: number; says: RegExp }[] = [
    { args: ["--help"], code: 0, says: /publish.*tools.*call/s },
    { args: ["nonsense"], code: 2, says: /unknown command/ },
    { args: ["publish", "/does/not/exist.yaml"], code: 2, says: /cannot be read \(ENOENT\)/ },
    { args: ["tools", "nowhere"], code: 1, says: /no such server/ },
    { args: ["tools", "x"], env: { PORTICO_API_KEY: "" }, code: 2, says: /API key is needed/ },
    {
      args: ["tools", "x"],
      env: { PORTICO_API_KEY: `ptk_${"x".repeat(30)}` },
      code: 1,
      says: /unknown, expired or revoked/,
    },
    { args: ["tools", "x"], env: { PORTICO_URL: "http://127.0.0.1:1" }, code: 3, says: /cannot be reached/ },
  ];
  for (const { args, env, code, says } of table) {
    const ended = await run(args, env);
    expect([args.join(" "), ended.code, ended.out + ended.err]).toEqual([
      args.join(" "),
      code,
      expect.stringMatching(says),
    ]);
    expect(ended.out + ended.err).not.toContain(apiKey);
  }
});

it("says in which line a document is wrong, and shows it", async () => {
  const file = path.join(portico.dataDir, "broken.yaml");
  const lines = ["openapi: 3.1.0", "info:", "\ttitle: Docks", '  version: "1"', "paths:", "  /docks:", "    get:"];
  const more = ["      parameters:", "        - in: query", "      responses: {}", ""];
  fs.writeFileSync(file, [...lines, ...more].join("\n"));
  const refused = await run(["publish", file, "--slug", "docks"]);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("Line 3, column 1: The document is not valid YAML: a tab stands");
  expect(refused.err).toContain("  2 | info:\n  3 | → title: Docks\n    | ^\n  4 |   version");
  const { out } = await run(["--json", "publish", file, "--slug", "docks"]);
  expect(JSON.parse(out)).toMatchObject({
    error: {
      code: "invalid_input",
      details: { diagnostics: [{ position: { line: 3, column: 1, excerpt: { mark: 0 } } }] },
    },
  });

  // What leaves the rest usable is told with its line, too.
  fs.writeFileSync(
    file,
    [...lines, ...more]
      .join("\n")
      .replace("\t", "  ")
      .replace("paths:", "servers: [{url: https://docks.example.com}]\npaths:"),
  );
  const published = await run(["publish", file, "--slug", "docks"]);
  expect(published).toMatchObject({
    code: 0,
    out: expect.stringContaining("GET /docks, line 10, column 11: A parameter has no name"),
  });
});

it("publishes a document's next version, says what changed, and REST says it before anything is served", async () => {
  const document = (...paths: string[]) =>
    JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Parcels", version: "1" },
      servers: [{ url: "https://parcels.example.com" }],
      paths: Object.fromEntries(
        paths.map((at) => [
          at,
          { get: { operationId: at.split("/").at(-1), responses: { 200: { description: "ok" } } } },
        ]),
      ),
    });
  const publishFile = (content: string) => {
    const file = path.join(portico.dataDir, "parcels.json");
    fs.writeFileSync(file, content);
    return run(["publish", file, "--slug", "parcels"]);
  };
  const first = await publishFile(document("/v1/parcels", "/v1/senders"));
  expect([first.code, first.out]).toEqual([0, expect.not.stringContaining("The document changed")]);
  const tool = `/api/v1/servers/parcels/tools/${encodeURIComponent("GET /v1/parcels")}`;
  await portico.api("PATCH", tool, { name: "our_parcels" });
  const second = await publishFile(document("/v2/parcels", "/v2/receivers"));
  expect([second.code, second.out]).toEqual([0, expect.stringContaining("Published version 2 with 2 tools")]);
  expect(second.out).toContain(
    "The document changed: 1 added, 1 removed, 1 renamed, 1 changed; what worked before may stop working",
  );
  expect(second.out).toContain("  ! GET /v1/senders is gone, and its tool with it");
  expect(second.out).toContain("  > GET /v1/parcels is now GET /v2/parcels");
  expect((await run(["tools", "parcels"])).out).toMatch(/^read {2}our_parcels/m);

  const upgrade = "/api/v1/servers/parcels/upgrade";
  expect(await portico.api("GET", upgrade)).toBeNull();
  const { document: stored } = await portico.api<{ document: { id: string } }>("GET", "/api/v1/servers/parcels");
  const revisions = `/api/v1/documents/${stored.id}/revisions`;
  await expect(portico.api("POST", revisions)).rejects.toThrow(/412.*uploaded or pasted/);
  await portico.api("POST", revisions, { source: { content: document("/v2/parcels", "/v2/senders") } });
  expect(await portico.api("GET", upgrade)).toMatchObject({
    from: { number: 2 },
    to: { number: 3 },
    changes: { added: ["GET /v2/senders"], removed: [{ operation: "GET /v2/receivers", wasSelected: true }] },
  });
  await expect(portico.api("POST", upgrade, { lock: -1 })).rejects.toThrow(/409/);
  await portico.api("POST", upgrade, { add: ["GET /v2/senders"] });
  expect(await portico.api("POST", "/api/v1/servers/parcels/publish")).toMatchObject({
    number: 3,
    tools: [{ name: "our_parcels" }, { name: "senders" }],
  });
});

it("changes several tools at once, or nothing, and REST takes it back", async () => {
  const operation = (at: string) => ({ operationId: at, responses: { 200: { description: "ok" } } });
  const paths = Object.fromEntries(
    ["boxes", "crates"].map((at) => [`/${at}`, { get: operation(at), delete: operation(`delete_${at}`) }]),
  );
  const info = { title: "Store", version: "1" };
  const file = path.join(portico.dataDir, "store.json");
  fs.writeFileSync(
    file,
    JSON.stringify({ openapi: "3.1.0", info, servers: [{ url: "https://store.example.com" }], paths }),
  );
  expect((await run(["publish", file, "--slug", "store", "--select", "all"])).code).toBe(0);
  const toolsPath = "/api/v1/servers/store/tools";
  const read = async () => {
    const { items } = await portico.api<{ items: { operation: string; askFirst?: boolean; selected: boolean }[] }>(
      "GET",
      toolsPath,
    );
    return items;
  };
  const patchOf = async (key: string) =>
    (await portico.api<{ patch: object }>("GET", `${toolsPath}/${encodeURIComponent(key)}`)).patch;
  const edit = (...args: string[]) => run(["edit", "store", ...args]);

  expect(await edit("GET /boxes", "DELETE /boxes", "GET /nothing", "--ask-first")).toMatchObject({
    code: 0,
    out: expect.stringContaining("Changed 2 tools. 1 of the operations cannot be changed like this."),
  });
  expect(await patchOf("DELETE /boxes")).toEqual({ askFirst: true });
  const changes = { askFirst: false, widget: true };
  const edited = await portico.api<{ previous: object[] }>("PATCH", toolsPath, {
    operations: ["GET /boxes", "GET /crates"],
    changes,
  });
  expect(await patchOf("GET /boxes")).toEqual({ widget: true });
  await portico.api("PATCH", toolsPath, { edits: edited.previous });
  expect([await patchOf("GET /boxes"), await patchOf("GET /crates")]).toEqual([{ askFirst: true }, {}]);

  const said = ["--does", "deletes", "--no-open-world"];
  expect((await edit("GET /boxes", ...said)).out).toContain("Changed 1 tool.");
  expect(await patchOf("GET /boxes")).toEqual({
    askFirst: true,
    annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
  });
  expect((await edit("GET /boxes", "--does", "document")).out).toContain("Changed 1 tool.");
  expect(await patchOf("GET /boxes")).toEqual({ askFirst: true });

  expect((await edit("GET /boxes", "--timeout", "5", "--retries", "0")).code).toBe(0);
  expect(await patchOf("GET /boxes")).toEqual({ askFirst: true, timeoutSeconds: 5, retries: 0 });
  expect((await edit("GET /boxes", "--timeout", "default", "--retries", "default")).code).toBe(0);
  expect(await patchOf("GET /boxes")).toEqual({ askFirst: true });

  expect((await edit("DELETE /boxes", "DELETE /crates", "--drop")).out).toContain("Dropped 2 tools.");
  expect((await edit("DELETE /crates", "--pick")).out).toContain("Picked 1 tool.");
  expect((await edit("--no-stand-in-tools")).code).toBe(0);
  expect(await portico.api("GET", "/api/v1/servers/store")).toMatchObject({ standInTools: false });
  expect((await portico.api<{ tools: object[] }>("POST", "/api/v1/servers/store/publish")).tools).toHaveLength(3);

  for (const [args, says] of [
    [[], /Name the operations/],
    [["GET /boxes"], /Say one thing/],
    [["GET /boxes", "--pick", "--drop"], /Say one thing/],
    [["GET /boxes", "--read-answers"], /goes without operations/],
    [["GET /boxes", "--timeout", "soon"], /whole number or "default"/],
    [["GET /boxes", "--does", "nothing"], /reads, changes, deletes or document/],
    [["GET /boxes", "--does", "document", "--repeatable"], /say it alone/],
  ] as const) {
    const ended = await edit(...args);
    expect([args, ended.code, ended.err]).toEqual([args, 2, expect.stringMatching(says)]);
  }
  const before = await read();
  await expect(portico.api("PATCH", toolsPath, { operations: ["GET /boxes"] })).rejects.toThrow(/400.*Send/);
  const edits = [
    { operation: "GET /boxes", patch: { title: "Boxes" } },
    { operation: "GET /nothing", patch: {} },
  ];
  await expect(portico.api("PATCH", toolsPath, { edits })).rejects.toThrow(/404/);
  expect(await read()).toEqual(before);
});

it("adds another API to a server, shows what it is built from, and takes one out again", async () => {
  const file = path.join(portico.dataDir, "drivers.json");
  const get = (operationId: string) => ({ get: { operationId, responses: { 200: { description: "ok" } } } });
  fs.writeFileSync(
    file,
    JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Drivers", version: "1" },
      servers: [{ url: "https://drivers.example.com" }],
      security: [{ key: [] }],
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
      paths: { "/v2/senders": get("senders"), "/drivers": get("drivers") },
    }),
  );
  const planned = await run(["add-document", "parcels", file, "--key", "fleet", "--dry-run"]);
  expect([planned.code, planned.out]).toEqual([
    0,
    expect.stringMatching(/^It would be "fleet" here\..* doc_\w+\n {2}senders would be called fleet_senders here\n$/),
  ]);
  expect((await run(["documents", "parcels"])).out).not.toContain("fleet");
  expect((await run(["documents", "--limit", "2"])).out).toMatch(
    /^doc_\w+ {2}Drivers +2 operations +[\d-]+ [\d:]+Z {2}-\n/,
  );
  const added = await run([
    ...["add-document", "parcels", file, "--key", "fleet", "--select", "all"],
    ...["--credential", "key=s3cret", "--publish"],
  ]);
  expect([added.code, added.out]).toEqual([0, expect.stringContaining('Added "fleet" with 2 tools')]);
  expect(added.out).toContain("  senders is called fleet_senders here");
  expect(added.out + added.err).not.toContain("s3cret");
  expect((await run(["tools", "parcels"])).out).toMatch(/^read {2}fleet_senders/m);
  const { items } = await portico.api<{ items: unknown[] }>("GET", "/api/v1/servers/parcels/credentials");
  expect(items).toMatchObject([
    { scheme: { name: "fleet:key" }, type: "apiKey", origins: ["https://drivers.example.com"] },
  ]);
  expect((await run(["documents"])).out).toMatch(/^doc_\w+ {2}Drivers .* {2}parcels *$/m);
  expect((await run(["documents", "parcels"])).out).toMatch(/^doc_\w+ {2}fleet {2}Drivers {2}2 of 2 operations$/m);
  const again = await run(["add-document", "parcels", file, "--key", "fleet"]);
  expect([again.code, again.err]).toEqual([1, expect.stringMatching(/"fleet" already/)]);
  const missing = await run(["remove-document", "parcels", "lions"]);
  expect([missing.code, missing.err]).toEqual([1, expect.stringMatching(/no document "lions".*fleet/)]);
  const removed = await run(["remove-document", "parcels", "fleet"]);
  expect([removed.code, removed.out]).toEqual([0, expect.stringContaining("  fleet_senders")]);
  await portico.api("POST", "/api/v1/servers/parcels/publish");
  expect((await run(["tools", "parcels"])).out).not.toContain("fleet_");
});

it("releases: says what the draft would change, publishes it with a note, compares versions and serves an earlier one", async () => {
  const get = (operationId: string, summary?: string) => ({
    get: { operationId, ...(summary ? { summary } : {}), responses: { 200: { description: "ok" } } },
  });
  const document = (paths: object) =>
    JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Ledger", version: "1" },
      servers: [{ url: "https://ledger.example.com" }],
      paths,
    });
  const file = path.join(portico.dataDir, "ledger.json");
  fs.writeFileSync(file, document({ "/entries": get("entries"), "/books": get("books") }));
  expect((await run(["publish", file, "--slug", "ledger", "--select", "all"])).code).toBe(0);
  expect((await run(["review", "ledger", "--strict"])).out).toBe("The draft is what is served: version 1.\n");

  expect((await run(["edit", "ledger", "GET /books", "--drop"])).code).toBe(0);
  const review = await run(["review", "ledger"]);
  expect([review.code, review.out]).toEqual([
    0,
    expect.stringMatching(
      /^1 removed; what worked before may stop working\n {2}! books \(GET \/books\) is gone\nServed, version 1: 2 tools, \d+ tokens\. The draft: 1 tool, \d+ tokens\.\n$/,
    ),
  ]);
  expect((await run(["review", "ledger", "--strict"])).code).toBe(1);
  const careful = await run(["publish-draft", "ledger", "--strict"]);
  expect([careful.code, careful.err]).toEqual([1, expect.stringMatching(/^Nothing was published\.\n1 removed/)]);
  const published = await run(["publish-draft", "ledger", "--note", "Books are closed"]);
  expect([published.code, published.out]).toEqual([
    0,
    expect.stringMatching(/^Published version 2 with 1 tool\n1 removed/),
  ]);
  expect((await run(["publish-draft", "ledger"])).out).toBe("Version 2 is exactly this already, and is served.\n");

  const listed = await run(["versions", "ledger"]);
  expect(listed.out).toMatch(
    /^2 {2}served {2}[\d-]+ [\d:]+Z {2}1 tool +\d+ tokens +Books are closed\n1 {2}- {7}.*2 tools/,
  );
  const compared = await run(["compare", "ledger", "2", "1"]);
  expect([compared.code, compared.out]).toEqual([
    0,
    expect.stringMatching(/^1 added\n {2}\+ books \(GET \/books\)\nVersion 2: 1 tool, .*Version 1: 2 tools/),
  ]);
  expect((await run(["rollback", "ledger", "1"])).out).toBe("Version 1 is served now.\n");
  expect(JSON.parse((await run(["versions", "ledger", "--json"])).out)).toMatchObject([
    { number: 2, isServed: false, note: "Books are closed" },
    { number: 1, isServed: true },
  ]);
  expect((await run(["tools", "ledger"])).out).toContain("books");
  expect(await run(["rollback", "ledger", "9"])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no such version/),
  });
  expect(await run(["rollback", "ledger", "first"])).toMatchObject({ code: 2 });

  const unread = await run(["upgrade", "ledger"]);
  expect([unread.code, unread.err]).toEqual([2, expect.stringMatching(/no link to read it from/)]);
  await portico.api("PATCH", `/api/v1/servers/ledger/tools/${encodeURIComponent("GET /entries")}`, { title: "Mine" });
  fs.writeFileSync(file, document({ "/entries": get("entries", "All entries"), "/notes": get("notes") }));
  const planned = await run(["upgrade", "ledger", file, "--dry-run"]);
  expect([planned.code, planned.out]).toEqual([
    0,
    expect.stringMatching(
      /^"Ledger", revision 1 to 2\nThe document changed: 1 added, 1 removed, 1 changed[\s\S]*--take "GET \/entries=title"/,
    ),
  ]);
  const upgraded = await run([
    ...["upgrade", "ledger", "--revision", "2", "--add", "all", "--take", "GET /entries=title"],
    ...["--publish", "--note", "Notes"],
  ]);
  expect([upgraded.code, upgraded.out]).toEqual([
    0,
    expect.stringMatching(/New tools: GET \/notes\nPublished version 3 with 2 tools\n$/),
  ]);
  expect((await run(["upgrade", "ledger", "--revision", "2"])).out).toMatch(/nothing to upgrade to/);
  const picks = async () => (await portico.api<{ selection: string[] }>("GET", "/api/v1/servers/ledger")).selection;
  fs.writeFileSync(file, document({ "/entries": get("entries", "Entries of now") }));
  const holding = await run(["upgrade", "ledger", file, "--hold", "breaking"]);
  expect([holding.code, holding.out]).toEqual([0, expect.stringMatching(/\nHeld back: GET \/notes\n/)]);
  expect(await picks()).toContain("GET /notes");
  expect((await run(["upgrade", "ledger", "--revision", "3"])).out).toMatch(
    /GET \/notes: held back at revision 2\n.*--hold none/,
  );
  expect((await run(["upgrade", "ledger", "--revision", "3", "--hold", "none"])).code).toBe(0);
  expect(await picks()).toEqual(["GET /entries"]);
  expect((await run(["undo", "ledger"])).code).toBe(0);
  expect((await run(["restore", "ledger", "3"])).code).toBe(0);
  expect((await run(["versions", "ledger"])).out).toMatch(/^3 {2}served .* Notes$/m);

  const restorable = await run(["restore", "ledger", "1", "--dry-run"]);
  expect([restorable.code, restorable.out]).toEqual([
    0,
    expect.stringMatching(
      /^Tools that go: GET \/notes\nTools that come: GET \/books\nDocuments at another revision: Ledger\n$/,
    ),
  ]);
  expect((await run(["restore", "ledger", "1"])).out).toMatch(/portico undo ledger takes it back\.\n$/);
  expect((await run(["restore", "ledger", "1"])).out).toBe("The draft is what version 1 was made of already.\n");
  expect(await picks()).toContain("GET /books");
  expect((await run(["undo", "ledger"])).out).toBe("The draft is as it was before. What is served stays as it is.\n");
  expect(await picks()).toContain("GET /notes");
  expect(await run(["undo", "ledger"])).toMatchObject({ code: 1, err: expect.stringMatching(/nothing to take back/) });
});

it("lints a draft for people and for CI, and mends what needs no person", async () => {
  const file = path.join(portico.dataDir, "orders.json");
  const info = { title: "Orders", version: "1" };
  const ok = { 200: { description: "ok" } };
  const order = { delete: { operationId: "drop_order", summary: "Deletes an order", responses: ok } };
  const orders = { get: { operationId: "orders", summary: "Lists orders", responses: ok } };
  fs.writeFileSync(
    file,
    JSON.stringify({
      ...{ openapi: "3.1.0", info, servers: [{ url: "https://orders.example.com" }] },
      paths: { "/orders": orders, "/order": order },
    }),
  );
  expect((await run(["publish", file, "--slug", "orders", "--select", "all"])).code).toBe(0);
  const before = await run(["lint", "orders"]);
  expect([before.code, before.out]).toEqual([
    0,
    expect.stringMatching(
      /^Grade [A-F], \d+ of 100: .*\n(error|warning) [\s\S]*destroys-unasked: .*\n {2}DELETE \/order .*\(--fix: /,
    ),
  ]);
  expect((await run(["lint", "orders", "--strict"])).code).toBe(1);
  expect((await run(["lint", "orders", "--min-grade", "a"])).code).toBe(1);
  expect((await run(["lint", "orders", "--min-grade", "F"])).code).toBe(0);
  const wrong = await run(["lint", "orders", "--min-grade", "Z"]);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/--min-grade is A, B, C, D, E or F/)]);
  const mended = await run(["lint", "orders", "--fix", "--json"]);
  const report = JSON.parse(mended.out) as { fixed: string[]; findings: { code: string }[] };
  expect(report.fixed.length).toBeGreaterThan(0);
  expect(report.findings.map(({ code }) => code)).not.toContain("destroys-unasked");
  expect((await run(["lint", "orders", "--fix"])).out).toMatch(/^Mended 0 findings\./);
});

it("tries a tool of the draft or of what is published, and one of several calls", async () => {
  expect((await run(["publish", sampleUrl(), "--slug", "quay", "--select", "all"])).code).toBe(0);
  const tried = await run(["try", "quay", "listTours", "--arg", "kind=kayak"]);
  expect([tried.code, tried.out]).toEqual([
    0,
    expect.stringMatching(
      /^GET http:\/\/127\.0\.0\.1:\d+\/\S*\?kind=kayak\n[\s\S]*\n200 application\/json.*, [\d,]+ bytes \(\d+ ms\)\nA model gets \d+ tokens; the answer itself has \d+ tokens:\n[\s\S]*canal-kayak/,
    ),
  ]);
  const refused = await run(["try", "quay", "getTour", "--arg", "tourId=nowhere", "--on", "published"]);
  expect([refused.code, refused.out]).toEqual([1, expect.stringMatching(/\n404 /)]);
  const example = await run(["try", "quay", "listTours", "--from", "example", "--json"]);
  expect(JSON.parse(example.out)).toMatchObject({ outcome: "ok", answer: { from: expect.any(String) } });
  const unknown = await run(["try", "quay", "nothing"]);
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/no tool "nothing".*GET \/pets/)]);
  expect(await run(["try", "quay", "listTours", "--on", "live"])).toMatchObject({ code: 2 });
  expect(await run(["try", "quay", "listTours", "--profile", "none"])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no profile "none"/),
  });

  const steps = [{ id: "tours", operation: "GET /tours", arguments: { kind: { value: "kayak" } } }];
  const composed = { name: "kayaks", description: "Lists the kayaks.", steps };
  await portico.api("PATCH", "/api/v1/servers/quay", { composedTools: [composed] });
  const both = await run(["try", "quay", "kayaks"]);
  expect([both.code, both.out]).toEqual([
    0,
    expect.stringMatching(
      /^1\. tours {2}GET \/tours {2}1 call, \d+ ms\n {3}GET http:\S+kind=kayak\n {5}200 [\s\S]*\n\nA model gets \d+ tokens after \d+ ms; the answers of all steps have \d+ tokens:\n[\s\S]*canal-kayak/,
    ),
  ]);
  // Clients do not have it yet, and know another tool by another name than the draft.
  const early = await run(["try", "quay", "kayaks", "--on", "published"]);
  expect([early.code, early.err]).toEqual([1, expect.stringMatching(/no tool "kayaks" in version 1, which is served/)]);
  const renamed = encodeURIComponent("GET /tours");
  await portico.api("PATCH", `/api/v1/servers/quay/tools/${renamed}`, { name: "all_tours" });
  expect((await run(["try", "quay", "listTours", "--on", "published"])).code).toBe(0);
  expect((await run(["try", "quay", "listTours"])).code).toBe(1);
  expect((await run(["publish-draft", "quay"])).code).toBe(0);
  const late = await run(["try", "quay", "kayaks", "--on", "published", "--from", "example"]);
  expect([late.code, late.out]).toEqual([0, expect.stringMatching(/nothing was sent; from the (document|schema)/)]);
});

it("says who may use a server, lists who is connected and ends it", async () => {
  const published = await run(["publish", sampleUrl(), "--slug", "dock", "--select", "all", "--json"]);
  const { mcpUrl } = JSON.parse(published.out).server as { mcpUrl: string };
  const access = (...args: string[]) => run(["access", ...args]);
  expect((await access("show", "dock")).out).toMatch(
    /^Every member of the organization may use all tools \(organization\)\.\nMembers:\n {2}ada@example\.com {2}all tools {2}as organization\n$/,
  );
  expect(await access("set", "dock", "--visibility", "chosen", "--step-up")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Only who is named may use it \(chosen\)\. Deleting takes a scope/),
  });
  expect((await access("grant", "dock", "Ada@example.com", "--tools", "GET /tours,GET /weather")).out).toMatch(
    /^Ada@example\.com may use 2 operations\.\n$/,
  );
  expect((await access("grant", "dock", "guest@example.org", "--tools", "reading")).out).toMatch(/They are no member/);
  expect((await access("invite", "dock", "guest@example.org")).out).toMatch(
    /^http:\/\/localhost:\d+\/\S+\nIt lasts 7 days/,
  );
  const shown = await access("show", "dock");
  expect(shown.out).toMatch(
    / {2}ada@example\.com +2 operations +\w+\n {2}guest@example\.org \(guest, invitation open\) +tools that read/,
  );
  expect(shown.out).toMatch(/Members:\n {2}ada@example\.com {2}2 operations {2}as named\n/);
  const unknown = await access("grant", "dock", "GET /tours", "--tools", "all");
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/no team "GET \/tours"/)]);
  const wrong = await access("set", "dock", "--visibility", "friends");
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/public, signed-in, organization or chosen/)]);
  expect((await access("set", "dock")).code).toBe(2);
  const gone = await access("grant", "dock", "ada@example.com", "--tools", "GET /nowhere");
  expect([gone.code, gone.err]).toEqual([1, expect.stringMatching(/no operation GET \/nowhere/)]);

  const { tokens } = await connectByOAuth(mcpUrl);
  const statusOfCall = async () => {
    const headers = { authorization: `Bearer ${tokens.access_token}`, "content-type": "application/json" };
    const accept = "application/json, text/event-stream";
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
    return (await fetch(mcpUrl, { method: "POST", headers: { ...headers, accept }, body })).status;
  };
  expect(await statusOfCall()).not.toBe(401);
  const listed = await run(["connections", "list", "dock"]);
  const id = /^(\w+) {2}ada@example\.com {2}.*dock/.exec(listed.out)?.[1] ?? "";
  expect([listed.code, id]).toEqual([0, expect.stringMatching(/^\w+$/)]);
  expect((await run(["connections", "revoke", id])).code).toBe(0);
  await expect.poll(statusOfCall, { timeout: 10_000 }).toBe(401);
  expect((await run(["connections", "list", "dock"])).out).toBe("Nobody is connected.\n");
  expect(await run(["connections", "revoke", id])).toMatchObject({ code: 1 });

  expect((await access("remove", "dock", "guest@example.org")).code).toBe(0);
  expect(await access("remove", "dock", "guest@example.org")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no grant for "guest@example\.org"\. There is: ada@example\.com/),
  });
});

it("makes, changes and removes a profile, runs with it, and shows no value that it was given", async () => {
  const operation = { operationId: "tours", security: [{ key: [] }], responses: { 200: { description: "ok" } } };
  const parameters = [{ name: "kind", in: "query", schema: { type: "string" } }];
  const file = path.join(portico.dataDir, "pier.json");
  fs.writeFileSync(
    file,
    JSON.stringify({
      ...{ openapi: "3.1.0", info: { title: "Pier", version: "1" }, servers: [{ url: new URL("/v1", sampleUrl()) }] },
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
      paths: { "/tours": { get: { ...operation, parameters } } },
    }),
  );
  expect((await run(["publish", file, "--slug", "pier", "--select", "all"])).code).toBe(0);
  const said: string[] = [];
  const profiles = async (args: string[], env: Record<string, string> = {}) => {
    const ended = await run(["profiles", ...args], env);
    said.push(ended.out, ended.err);
    return ended;
  };
  expect((await profiles(["list", "pier"])).out).toMatch(/no profile yet/);
  expect((await profiles(["arguments", "pier"])).out).toBe("kind  GET /tours\n");
  expect((await profiles(["add", "pier", "Kayaks", "--fix", "kind=kayak"])).out).toBe('Added "Kayaks", the default.\n');
  expect((await profiles(["remove", "pier", "Kayaks"])).out).toMatch(
    /^Removed "Kayaks"\. For a day: portico profiles restore pier prf_\w+\n$/,
  );
  expect((await profiles(["restore", "pier"])).out).toMatch(/^Kayaks {2}removed [\d-]+ [\d:]+Z/);
  expect((await profiles(["restore", "pier", "none"])).err).toMatch(/no removed profile "none"/);
  expect((await profiles(["restore", "pier", "Kayaks"])).out).toBe('"Kayaks" is back, the default.\n');
  expect((await profiles(["restore", "pier"])).out).toBe("No profile was removed within a day.\n");
  expect((await profiles(["set", "pier", "Kayaks", "credential:key"])).err).toMatch(/Set PORTICO_FIELD_VALUE/);
  const secret = "s3cret-of-the-pier";
  const stored = await profiles(["set", "pier", "Kayaks", "credential:key"], { PORTICO_FIELD_VALUE: secret });
  expect([stored.code, stored.out]).toEqual([0, expect.stringMatching(/never comes back/)]);
  expect((await profiles(["show", "pier", "Kayaks"])).out).toMatch(
    /^Kayaks \(default\)\nFields:\n {2}credential:key {2}filled by organization {2}set [\d-]+ [\d:]+Z\nArguments:\n {2}kind {2}fixed {2}"kayak"\n$/,
  );
  const referred = await profiles(["set", "pier", "Kayaks", "credential:key", "--from", "PIER_KEY"]);
  expect([referred.code, referred.out]).toEqual([0, 'credential:key of "Kayaks" is in PORTICO_VALUE_PIER_KEY.\n']);
  expect((await profiles(["show", "pier", "Kayaks"])).out).toMatch(/set [\d-]+ [\d:]+Z from PORTICO_VALUE_PIER_KEY\n/);
  const unknown = await profiles(["set", "pier", "Kayaks", "credential:key", "--from", "DATABASE_URL"]);
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/There is PIER_KEY\. Set PORTICO_VALUE_/)]);
  const tried = await run(["try", "pier", "tours", "--profile", "Kayaks"]);
  expect([tried.code, tried.out]).toEqual([
    0,
    expect.stringMatching(/\?kind=kayak\n[\s\S]*x-key: \S+\n[\s\S]*canal-kayak/i),
  ]);
  said.push(tried.out);

  const changed = await profiles([
    "change",
    "pier",
    "Kayaks",
    "--name",
    "Boats",
    "--unset",
    "kind",
    "--hide",
    "GET /tours",
  ]);
  expect(changed.out).toBe('Changed "Boats".\n');
  expect((await run(["tools", "pier"])).out).not.toContain("tours");
  expect((await profiles(["change", "pier", "Boats", "--unhide", "GET /tours", "--preset", "kind=bike"])).code).toBe(0);
  expect((await run(["tools", "pier"])).out).toContain("tours");
  const { settings } = JSON.parse((await profiles(["show", "pier", "Boats", "--json"])).out) as { settings: object };
  expect(settings).toMatchObject({
    arguments: [{ argument: "kind", mode: "default", value: "bike" }],
    hiddenTools: [],
  });
  fs.writeFileSync(file, JSON.stringify(settings));
  expect((await profiles(["add", "pier", "Again", "--settings", file])).code).toBe(0);
  expect((await profiles(["list", "pier"])).out).toMatch(
    /^Boats {2}default {2}1 value {3}0 connections {2}\w+\nAgain {2}- {8}0 values {2}0 connections {2}\w+\n$/,
  );
  const wrong = await profiles(["change", "pier", "Boats", "--fix", "colour=red"]);
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/no tool has the argument "colour"/)]);
  expect((await profiles(["change", "pier", "Boats"])).code).toBe(2);
  expect((await profiles(["forget", "pier", "Boats", "credential:key"])).code).toBe(0);
  expect(await profiles(["forget", "pier", "Boats", "credential:key"])).toMatchObject({ code: 1 });
  expect((await profiles(["remove", "pier", "Again"])).out).toMatch(/^Removed "Again"\./);
  const none = await profiles(["show", "pier", "Again"]);
  expect([none.code, none.err]).toEqual([1, expect.stringMatching(/no profile "Again"\. There is: Boats\./)]);
  expect(said.join()).not.toContain(secret);
});

it("reads a document again from its link, and lists the last calls, how they ended, and what they can be filtered by", async () => {
  expect((await run(["publish", sampleUrl(), "--slug", "wharf", "--select", "all"])).code).toBe(0);
  expect((await run(["upgrade", "wharf"])).out).toMatch(/says what it said before: there is nothing to upgrade to/);
  expect((await run(["calls", "wharf"])).out).toBe("There is no such call.\n");
  await run(["call", "wharf", "listTours"]);
  await run(["call", "wharf", "getTour", "--arg", "tourId=nowhere"]);
  const calls = async (...args: string[]) => (await run(["calls", "wharf", ...args])).out;
  await expect
    .poll(() => calls(), { timeout: 20_000 })
    .toMatch(
      /^[\d-]+ [\d:]+Z {2}upstream_error {2}404 {2}\d+ ms +getTour +portico-cli .*\n[\d-]+ [\d:]+Z {2}ok {14}200 {2}\d+ ms +listTours +portico-cli .*\n$/,
    );
  expect((await calls("--outcome", "failed")).split("\n")).toHaveLength(2);
  expect((await calls("--limit", "1")).split("\n")).toHaveLength(2);
  expect(await calls("--filters")).toMatch(
    /^--tool +getTour\n--tool +listTours\n--client +portico-cli\n--who +\w+ {2}/,
  );
  const wrong = await run(["calls", "wharf", "--range", "1y"]);
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/range: use 1h, 24h, 7d, 30d/)]);
});
