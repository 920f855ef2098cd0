#!/usr/bin/env node
import { Command, CommanderError, Help } from "commander";
import { addAccessCommands } from "./access.ts";
import { addAddressesCommand } from "./addresses.ts";
import { type Api, ApiError, createApi, settle } from "./api.ts";
import { operationsOr, readArguments, type ToolArguments, withToolArguments } from "./arguments.ts";
import { addCallsCommand } from "./calls.ts";
import { type DocumentChanges, summarizeChanges } from "./changes.ts";
import { type CommandDeps, EXIT } from "./command.ts";
import { addConnectionCommands } from "./connections.ts";
import { putCredentials, withCredentialOptions } from "./credential.ts";
import { addDocumentCommands } from "./documents.ts";
import { addEditCommand } from "./edit.ts";
import { addEvalCommands } from "./evals.ts";
import { type PositionView, placeText, quotedIn } from "./excerpt.ts";
import { addLintCommand } from "./lint.ts";
import { mcpRequest, mcpUrl } from "./mcp.ts";
import { addModelCommands } from "./models.ts";
import { contentText, count, firstLine, type ToolResult, visible } from "./output.ts";
import { addProfileCommands } from "./profiles.ts";
import { addServersCommand } from "./servers.ts";
import { SOURCE, toSource, withSourceOptions } from "./source.ts";
import { addTryCommand } from "./try.ts";
import { addVersionCommands } from "./versions.ts";

interface Published {
  server: { id: string; slug: string; mcpUrl: string; pageUrl: string };
  version: { number: number };
  tools: { name: string; operation: string }[];
  diagnostics: { severity: string; message: string; pointer: string; operation?: string; position?: PositionView }[];
  /** Of a server that was there already, when its document is another one. */
  changes?: DocumentChanges;
}

interface McpTool {
  name: string;
  description?: string;
  annotations?: { readOnlyHint?: boolean };
}

const program = new Command("portico")
  .description("Turn an API description into an MCP server, and call its tools, on a running Portico.")
  .option("--url <url>", "where Portico runs", process.env.PORTICO_URL ?? "http://localhost:3000")
  .option("--api-key <key>", "an API key (ptk_…); better set PORTICO_API_KEY, since arguments show in process lists")
  .option("--json", "print JSON, for programs")
  .showHelpAfterError()
  // What can be repeated begins with nothing, which tells nobody anything.
  .configureHelp({ optionDescription: (option) => new Help().optionDescription(option).replace(" (default: [])", "") })
  .addHelpText(
    "after",
    "\nEnvironment: PORTICO_URL, PORTICO_API_KEY, PORTICO_MODEL_KEY (models add), PORTICO_FIELD_VALUE (profiles set)\nExit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 Portico cannot be reached",
  )
  .exitOverride();

function api(): Api {
  const { url, apiKey = process.env.PORTICO_API_KEY } = program.opts<{ url: string; apiKey?: string }>();
  if (!apiKey)
    throw new ApiError("usage", "An API key is needed: make one under Settings → API keys, then set PORTICO_API_KEY.");
  return createApi(url, apiKey);
}

const isJson = () => program.opts<{ json?: boolean }>().json === true;
const print = (value: unknown, text: () => string) =>
  console.log(isJson() ? JSON.stringify(value, null, 2) : visible(text()));
const say = (text: string) => {
  if (!isJson()) console.log(visible(text));
};
const report = (message: string) => {
  if (!isJson()) console.error(visible(`  ${message} …`));
};

withCredentialOptions(
  withSourceOptions(
    program
      .command("publish")
      .description("import an API description, make or update its server, publish it")
      .argument("<source>", SOURCE),
  ),
)
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
  .action(async (source: string, options) => {
    const portico = api();
    const input = {
      source: await toSource(source, options),
      slug: options.slug,
      document: options.document,
      title: options.title,
      baseUrl: options.baseUrl,
      select: options.select === undefined ? undefined : operationsOr(options.select, ["all", "suggested"]),
      visibility: options.visibility,
      dialect: options.dialect,
      toolMode: options.toolMode,
    };
    const published = await settle(portico, await portico.request<Published>("POST", "/api/v1/publish", input), report);
    await putCredentials(portico, published.server.id, options);
    const problems = published.diagnostics.filter(({ severity }) => severity !== "info");
    print(published, () =>
      [
        `Published version ${published.version.number} with ${count(published.tools.length, "tool")}`,
        `  ${published.server.mcpUrl}`,
        ...summarizeChanges(published.changes),
        ...(problems.length > 0 ? [`${count(problems.length, "note")}:`] : []),
        ...problems
          .slice(0, 20)
          .map(
            ({ operation, pointer, position, message }) =>
              `  ${[operation ?? pointer, position && placeText(position)].filter(Boolean).join(", ")}: ${message}`,
          ),
      ].join("\n"),
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

withToolArguments(
  program
    .command("call")
    .description("call a tool of a published server")
    .argument("<server>", "its slug, id or MCP address")
    .argument("<tool>", "the tool's name"),
).action(async (server: string, tool: string, options: ToolArguments) => {
  const portico = api();
  const args = readArguments(options);
  const result = await mcpRequest<ToolResult>(await mcpUrl(portico, server), portico.key, "tools/call", {
    name: tool,
    arguments: args,
  });
  print(result, () => contentText(result));
  if (result.isError) process.exitCode = EXIT.failed;
});

const deps: CommandDeps = { api, print, report, say };
addServersCommand(program, deps);
addDocumentCommands(program, deps);
addEditCommand(program, deps);
addLintCommand(program, deps);
addTryCommand(program, deps);
addEvalCommands(program, deps);
addAddressesCommand(program, deps);
addVersionCommands(program, deps);
addAccessCommands(program, deps);
addConnectionCommands(program, deps);
addProfileCommands(program, deps);
addCallsCommand(program, deps);
addModelCommands(program, deps);

function mark({ readOnlyHint }: McpTool["annotations"] = {}): string {
  return readOnlyHint ? "read " : "write";
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
  else console.error(visible([message, quotedIn(details)].filter(Boolean).join("\n")));
  process.exit(code === "usage" ? EXIT.usage : code === "unreachable" ? EXIT.unreachable : EXIT.failed);
}
