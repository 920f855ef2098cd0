#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { parseSuite, runSuite } from "@portico/evals";
import { Command, CommanderError } from "commander";
import { type Api, ApiError, createApi, settle } from "./api.ts";
import { parseArguments, parseObject } from "./arguments.ts";
import { type DocumentChanges, summarizeChanges } from "./changes.ts";
import { addEditCommand } from "./edit.ts";
import { mcpRequest } from "./mcp.ts";
import { addModelCommands } from "./models.ts";

/** Exit codes: 0 done · 1 refused or failed · 2 wrong usage · 3 Portico cannot be reached. */
const EXIT = { failed: 1, usage: 2, unreachable: 3 } as const;

interface Published {
  server: { id: string; slug: string; mcpUrl: string; pageUrl: string };
  version: { number: number };
  tools: { name: string; operation: string }[];
  diagnostics: { severity: string; message: string; pointer: string; operation?: string }[];
  /** Of a server that was there already, when its document is another one. */
  changes?: DocumentChanges;
}

interface AddedDocument {
  server: { id: string; slug: string };
  key: string;
  tools: { operation: string; from: string; name: string }[];
}

interface ListedDocument {
  id: string;
  key: string;
  title: string;
  sourceUrl: string | null;
  operationCount: number;
  pickedCount: number;
}

interface McpTool {
  name: string;
  description?: string;
  annotations?: { readOnlyHint?: boolean };
}

interface ToolResult {
  content: { type: string; text?: string; mimeType?: string }[];
  structuredContent?: unknown;
  isError?: boolean;
}

const program = new Command("portico")
  .description("Turn an API description into an MCP server, and call its tools, on a running Portico.")
  .option("--url <url>", "where Portico runs", process.env.PORTICO_URL ?? "http://localhost:3000")
  .option("--api-key <key>", "an API key (ptk_…); better set PORTICO_API_KEY, since arguments show in process lists")
  .option("--json", "print JSON, for programs")
  .showHelpAfterError()
  .addHelpText(
    "after",
    "\nEnvironment: PORTICO_URL, PORTICO_API_KEY, PORTICO_MODEL_KEY (models add)\nExit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 Portico cannot be reached",
  )
  .exitOverride();

function api(): Api {
  const { url, apiKey = process.env.PORTICO_API_KEY } = program.opts<{ url: string; apiKey?: string }>();
  if (!apiKey)
    throw new ApiError("usage", "An API key is needed: make one under Settings → API keys, then set PORTICO_API_KEY.");
  return createApi(url, apiKey);
}

const isJson = () => program.opts<{ json?: boolean }>().json === true;
const print = (value: unknown, text: () => string) => console.log(isJson() ? JSON.stringify(value, null, 2) : text());
const collect = (value: string, list: string[]) => [...list, value];

program
  .command("publish")
  .description("import an API description, make or update its server, publish it")
  .argument(
    "<source>",
    "an http(s) address, a file (OpenAPI as JSON, YAML or ZIP, a Postman collection, HAR, curl commands), or - for standard input",
  )
  .option("--entry <path>", "which file of a ZIP is the document, where it holds several")
  .option("--allow-origin <origin>", "another origin that references may be read from; repeatable", collect, [])
  .option("--slug <slug>", "the server's name in its address; an existing one is updated")
  .option(
    "--document <key>",
    "which document of a server of several this is the next version of; left out, the one from this address or of this title, else the first",
  )
  .option("--title <title>")
  .option("--base-url <url>", "call the API here instead of where the document says")
  .option(
    "--select <which>",
    'all, suggested, or operations separated by commas ("GET /pets"); left out, what is suggested, and for a server that is there already the tools it has and what is suggested of the new ones',
  )
  .option(
    "--visibility <who>",
    "organization, chosen, signed-in or public; a server that is there already keeps its own",
  )
  .option("--dialect <dialect>", "auto, full, safe, openai-strict or gemini", "auto")
  .option(
    "--tool-mode <mode>",
    "list: clients see every tool, or search: three tools that find and call the others; left out, list, and for a server that is there already its own",
  )
  .option(
    "--credential <scheme=value>",
    "an API key or token for a security scheme of the document (scheme=user:password for basic); repeatable",
    collect,
    [],
  )
  .action(async (source: string, options) => {
    const portico = api();
    const input = {
      source: await toSource(source, options),
      slug: options.slug,
      document: options.document,
      title: options.title,
      baseUrl: options.baseUrl,
      select: toSelect(options.select),
      visibility: options.visibility,
      dialect: options.dialect,
      toolMode: options.toolMode,
    };
    const report = (message: string) => isJson() || console.error(`  ${message} …`);
    const published = await settle(portico, await portico.request<Published>("POST", "/api/v1/publish", input), report);
    for (const pair of options.credential as string[]) await putCredential(portico, published.server.id, pair);
    if (isJson()) return console.log(JSON.stringify(published, null, 2));
    const problems = published.diagnostics.filter(({ severity }) => severity !== "info");
    console.log(`Published version ${published.version.number} with ${count(published.tools.length, "tool")}`);
    console.log(`  ${published.server.mcpUrl}`);
    for (const line of summarizeChanges(published.changes)) console.log(line);
    if (problems.length > 0) console.log(`${count(problems.length, "note")}:`);
    for (const { operation, pointer, message } of problems.slice(0, 20))
      console.log(`  ${operation ?? pointer}: ${message}`);
  });

program
  .command("add-document")
  .description("import an API description, and add its tools to a server that is there already; publish serves them")
  .argument("<server>", "its slug or id")
  .argument("<source>", "as for publish; or the id of a document that was imported before (doc_…)")
  .option("--entry <path>", "which file of a ZIP is the document, where it holds several")
  .option("--allow-origin <origin>", "another origin that references may be read from; repeatable", collect, [])
  .option(
    "--key <name>",
    "what its operations, credentials and tools whose name is taken begin with; left out, made of its title",
  )
  .option("--base-url <url>", "call this API here instead of where the document says")
  .option(
    "--select <which>",
    'all, suggested, or operations of the document separated by commas ("GET /pets")',
    "suggested",
  )
  .option(
    "--credential <scheme=value>",
    "an API key or token for a security scheme, by its name in this document (scheme=user:password for basic); repeatable",
    collect,
    [],
  )
  .option("--publish", "serve the draft when it is added")
  .action(async (server: string, source: string, options) => {
    const portico = api();
    const report = (message: string) => isJson() || console.error(`  ${message} …`);
    const documentId = source.startsWith("doc_")
      ? source
      : (
          await settle(
            portico,
            await portico.request<{ documentId: string }>("POST", "/api/v1/documents", {
              source: await toSource(source, options),
            }),
            report,
          )
        ).documentId;
    const at = `/api/v1/servers/${encodeURIComponent(server)}`;
    const input = { documentId, key: options.key, baseUrl: options.baseUrl, select: toSelect(options.select) };
    const added = await portico.request<AddedDocument>("POST", `${at}/documents`, input);
    for (const pair of options.credential as string[])
      await putCredential(portico, added.server.id, `${added.key}:${pair}`);
    const version = options.publish
      ? await portico.request<{ number: number }>("POST", `${at}/publish`, {})
      : undefined;
    print({ ...added, ...(version ? { version } : {}) }, () =>
      [
        `Added "${added.key}" with ${count(added.tools.length, "tool")}`,
        ...added.tools
          .filter(({ from, name }) => from !== name)
          .map(({ from, name }) => `  ${from} is called ${name} here`),
        version ? `Published version ${version.number}` : "Nothing is served of it before the server is published.",
      ].join("\n"),
    );
  });

program
  .command("remove-document")
  .description("take a document and its tools out of a server's draft; publish serves what is left")
  .argument("<server>", "its slug or id")
  .argument("<document>", "its id (doc_…) or its key")
  .action(async (server: string, wanted: string) => {
    const portico = api();
    const at = `/api/v1/servers/${encodeURIComponent(server)}/documents`;
    const { items } = await portico.request<{ items: { id: string; key: string }[] }>("GET", at);
    const found = items.find(({ id, key }) => id === wanted || (key !== "" && key === wanted));
    if (!found)
      throw new ApiError(
        "not_found",
        `The server has no document "${wanted}". It has: ${items.map(({ id, key }) => (key ? `${key} (${id})` : id)).join(", ")}.`,
      );
    const { tools } = await portico.request<{ tools: string[] }>("GET", `${at}/${found.id}`);
    await portico.request("DELETE", `${at}/${found.id}`);
    print({ removed: found.id, tools }, () =>
      [`Removed with ${count(tools.length, "tool")}`, ...tools.map((name) => `  ${name}`)].join("\n"),
    );
  });

program
  .command("documents")
  .description("list the documents that a server's tools come from")
  .argument("<server>", "its slug or id")
  .action(async (server: string) => {
    const at = `/api/v1/servers/${encodeURIComponent(server)}/documents`;
    const { items } = await api().request<{ items: ListedDocument[] }>("GET", at);
    print(items, () =>
      items
        .map(
          ({ id, key, title, sourceUrl, pickedCount, operationCount }) =>
            `${id}  ${key || "-"}  ${title}  ${pickedCount} of ${count(operationCount, "operation")}${sourceUrl ? `  ${sourceUrl}` : ""}`,
        )
        .join("\n"),
    );
  });

program
  .command("tools")
  .description("list the tools of a published server, as a client sees them")
  .argument("<server>", "its slug, id or MCP address")
  .action(async (server: string) => {
    const portico = api();
    const { tools } = await mcpRequest<{ tools: McpTool[] }>(
      await mcpUrl(portico, server),
      portico.key,
      "tools/list",
      {},
    );
    print(tools, () =>
      tools
        .map(({ name, description = "", annotations }) => `${mark(annotations)} ${name}  ${firstLine(description)}`)
        .join("\n"),
    );
  });

program
  .command("call")
  .description("call a tool of a published server")
  .argument("<server>", "its slug, id or MCP address")
  .argument("<tool>", "the tool's name")
  .option("--arg <name=value>", "an argument; name:=JSON for JSON; repeatable", collect, [])
  .option("--args <json>", "all arguments as one JSON object")
  .action(async (server: string, tool: string, options: { arg: string[]; args?: string }) => {
    const portico = api();
    const args = readArguments(options);
    const result = await mcpRequest<ToolResult>(await mcpUrl(portico, server), portico.key, "tools/call", {
      name: tool,
      arguments: args,
    });
    print(result, () =>
      result.content
        .map((block) => block.text ?? `[${block.type}${block.mimeType ? ` ${block.mimeType}` : ""}]`)
        .join("\n"),
    );
    if (result.isError) process.exitCode = EXIT.failed;
  });

function readArguments({ arg, args = "{}" }: { arg: string[]; args?: string }): Record<string, unknown> {
  try {
    return { ...parseObject(args), ...parseArguments(arg) };
  } catch (error) {
    throw new ApiError("usage", error instanceof Error ? error.message : String(error));
  }
}

program
  .command("eval")
  .description("check that a published server still does what it is for")
  .command("run")
  .description("run a suite of cases, and exit 1 when one fails")
  .argument("<suite>", "a JSON file; packages/evals says what is in it")
  .requiredOption("--server <server>", "its slug, id or MCP address")
  .action(async (file: string, { server }: { server: string }) => {
    const portico = api();
    const parsed = parseSuite(parseJson(file, await readSource(file)));
    if (!parsed.ok) throw new ApiError("usage", `${file} is not a suite. ${parsed.problems.join("; ")}`);
    const url = await mcpUrl(portico, server);
    const run = await runSuite(parsed.suite, {
      callTool: (tool, args) => mcpRequest<ToolResult>(url, portico.key, "tools/call", { name: tool, arguments: args }),
      now: () => performance.now(),
      onResult: ({ name, isPassed, faults, durationMs }) => {
        if (isJson()) return;
        console.log(`${isPassed ? "ok  " : "FAIL"} ${name} (${Math.round(durationMs)} ms)`);
        for (const fault of faults) console.log(`     ${fault}`);
      },
    });
    print(run, () => `${run.passed} passed, ${run.failed} failed`);
    if (run.failed > 0) process.exitCode = EXIT.failed;
  });

addEditCommand(program, { api, print });
addModelCommands(program, { api, print });

/** The MCP address of a server given by slug, id or address. The API key goes nowhere but to its own Portico. */
async function mcpUrl(portico: Api, server: string): Promise<string> {
  if (/^https?:\/\//.test(server)) {
    if (server.startsWith(`${portico.url}/`)) return server;
    throw new ApiError("usage", `${server} is not on ${portico.url}: set PORTICO_URL or --url to where it is.`);
  }
  return (await portico.request<{ mcpUrl: string }>("GET", `/api/v1/servers/${encodeURIComponent(server)}`)).mcpUrl;
}

async function putCredential(portico: Api, serverId: string, pair: string): Promise<void> {
  const at = pair.indexOf("=");
  if (at < 1) throw new ApiError("usage", "--credential is written as scheme=value.");
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
  const { items } = await portico.request<{ items: { scheme: { name: string; type: string } }[] }>(
    "GET",
    `/api/v1/servers/${serverId}/credentials`,
  );
  const type = items.find(({ scheme }) => scheme.name === name)?.scheme.type;
  const colon = value.indexOf(":");
  const credential =
    type === "apiKey"
      ? { type, value }
      : type === "basic"
        ? { type, username: value.slice(0, Math.max(colon, 0)), password: value.slice(colon + 1) }
        : { type: "bearer", token: value };
  await portico.request("PUT", `/api/v1/servers/${serverId}/credentials/${encodeURIComponent(name)}`, credential);
}

/** A document's address, or its text or bytes. */
async function toSource(source: string, { entry, allowOrigin }: { entry?: string; allowOrigin: string[] }) {
  return {
    ...(/^https?:\/\//.test(source)
      ? { url: source }
      : toContent(source === "-" ? await readStdin() : await readBytes(source), source)),
    ...(entry ? { entry } : {}),
    ...(allowOrigin.length > 0 ? { allowOrigins: allowOrigin } : {}),
  };
}

function toSelect(select: string | undefined) {
  if (select === undefined || select === "all" || select === "suggested") return select;
  return { operations: select.split(",").map((key) => key.trim()) };
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ApiError("usage", `${file} cannot be read (${(error as { code?: string }).code ?? error}).`);
  }
}

async function readSource(file: string): Promise<string> {
  return decode(await readBytes(file), file);
}

/** A ZIP travels as base64, anything else as its text. */
function toContent(bytes: Buffer, file: string): { content: string; encoding?: "base64" } {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
  return isZip ? { content: bytes.toString("base64"), encoding: "base64" } : { content: decode(bytes, file) };
}

function decode(bytes: Buffer, file: string): string {
  const [first, second] = bytes;
  const isUtf16 = first === 0xff && second === 0xfe;
  const text = new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
  if (text.includes("\u0000")) throw new ApiError("usage", `${file} is not a text file.`);
  return text;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError("usage", `${file} is not JSON: ${error instanceof Error ? error.message : error}.`);
  }
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function mark({ readOnlyHint }: McpTool["annotations"] = {}): string {
  return readOnlyHint ? "read " : "write";
}

function count(value: number, noun: string): string {
  return `${value} ${value === 1 ? noun : `${noun}s`}`;
}

function firstLine(text: string): string {
  const line = text.split("\n")[0] ?? "";
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : EXIT.usage);
  const { code, message, details } =
    error instanceof ApiError
      ? error
      : { code: "failed", message: error instanceof Error ? error.message : String(error), details: undefined };
  if (isJson())
    console.log(JSON.stringify({ error: { code, message, ...(details === undefined ? {} : { details }) } }, null, 2));
  else console.error(message);
  process.exit(code === "usage" ? EXIT.usage : code === "unreachable" ? EXIT.unreachable : EXIT.failed);
}
