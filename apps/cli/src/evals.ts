import { answerFields, type EvalCase, type EvalSuite, matchesOf, parseSuite, runSuite } from "@portico/evals";
import type { Command } from "commander";
import { type Api, ApiError } from "./api.ts";
import { collect, oneOf, readArguments, type ToolArguments, wholeNumber, withToolArguments } from "./arguments.ts";
import { type CommandDeps, EXIT, findNamed, type Page, serverPath } from "./command.ts";
import { mcpRequest, mcpUrl } from "./mcp.ts";
import { contentText, count, type ToolResult, table, when } from "./output.ts";
import { findProfile, readProfiles } from "./profiles.ts";
import { readJson } from "./source.ts";
import { findDrafted, type TriedCall, type TriedComposed } from "./try.ts";

interface KeptCase {
  id: string;
  name: string;
  tool: string;
  operation: string | null;
  problem: string | null;
  expect: EvalCase["expect"];
  lastRun: { at: string; on: string; version?: number; isPassed: boolean; isCurrent: boolean } | null;
}

interface Result {
  name: string;
  state: "passed" | "failed" | "notRun";
  faults: string[];
  durationMs: number;
}

interface RunOptions {
  server: string;
  case: string[];
  on?: string;
  from?: string;
  profile?: string;
  mayChange?: boolean;
}

interface SaveOptions extends ToolArguments {
  tool: string;
  match: string[];
  from: string;
  contains: string[];
  refused?: boolean;
  withinMs?: string;
}

const ON = ["draft", "published"] as const;
const FROM = ["api", "sample", "example"] as const;
const STATE_WORDS = { passed: "ok  ", failed: "FAIL", notRun: "--  " } as const;

/** `portico eval …`: whether a server still does what it is for. */
export function addEvalCommands(program: Command, deps: CommandDeps): void {
  const { api, print } = deps;
  const evals = program.command("eval").description("check that a server still does what it is for");
  const onServer = (name: string, description: string) =>
    evals.command(name).description(description).argument("<server>", "its slug or id");

  evals
    .command("run")
    .description(
      "run a suite from a file against what is published, or the cases that a server keeps; exit 1 when one fails",
    )
    .argument("[suite]", "a JSON file; packages/evals says what is in it. Left out, the server's own cases are run")
    .requiredOption("--server <server>", "its slug or id; for a file also its MCP address")
    .option("--case <case>", "only this one of the server's own, by name or id; repeatable", collect, [])
    .option("--on <which>", "draft or published, for the server's own; draft when left out")
    .option("--from <where>", "api, or send nothing: sample or example, for the server's own; api when left out")
    .option("--profile <profile>", "run the server's own with this profile, by name or id")
    .option("--may-change", "also run those of the server's own that change something at the API or ask first")
    .action((file: string | undefined, options: RunOptions) =>
      file === undefined ? runKept(deps, options) : runFile(deps, file, options),
    );

  onServer("list", "list the cases that a server keeps, and how each ended the last time").action(
    async (server: string) => {
      const cases = await readCases(api(), server);
      print(cases, () =>
        cases.length > 0
          ? table(cases.map((one) => [one.name, one.tool, describeLast(one), one.id]))
          : `There is no eval case yet. Save one with: portico eval save ${server} <name> --tool <tool>`,
      );
    },
  );

  withToolArguments(
    onServer("save", "keep a call of a tool with what is expected of it")
      .argument("<name>", "what the case is called")
      .requiredOption("--tool <tool>", 'its name in the draft, or its operation ("GET /pets")'),
  )
    .option(
      "--match <field>",
      'a field of the answer that has to stay as it is now ("result[0].id"), for which the tool is called once; repeatable',
      collect,
      [],
    )
    .option("--from <where>", "where the answer to match comes from: api, sample or example", "api")
    .option("--contains <text>", "a text that the answer has to hold; repeatable", collect, [])
    .option("--within-ms <ms>", "how long it may take at most")
    .option("--refused", "the call has to be refused")
    .action(async (server: string, name: string, { match, contains, tool, ...options }: SaveOptions) => {
      const portico = api();
      const args = readArguments(options);
      const matches =
        match.length > 0 ? await matchesNow(portico, server, { tool, args, match, from: options.from }) : undefined;
      const expectation = {
        ...{ isError: options.refused ?? false, contains },
        ...(matches === undefined ? {} : { matches }),
        ...(options.withinMs === undefined ? {} : { withinMs: wholeNumber("--within-ms", options.withinMs) }),
      };
      const input = { name, tool, arguments: args, expect: expectation };
      const kept = await portico.request<KeptCase>("POST", casesPath(server), input);
      print(kept, () => [`Saved "${kept.name}".`, ...(kept.problem ? [kept.problem] : [])].join("\n"));
    });

  onServer("rename", "give a case another name")
    .argument("<case>", "its name or id")
    .argument("<name>")
    .action(async (server: string, wanted: string, name: string) => {
      const portico = api();
      const { id } = findCase(await readCases(portico, server), wanted);
      const kept = await portico.request<KeptCase>("PATCH", casesPath(server, id), { name });
      print(kept, () => `It is called "${kept.name}" now.`);
    });

  onServer("remove", "remove a case")
    .argument("<case>", "its name or id")
    .action(async (server: string, wanted: string) => {
      const portico = api();
      const { id, name } = findCase(await readCases(portico, server), wanted);
      await portico.request("DELETE", casesPath(server, id));
      print({ removed: id }, () => `Removed "${name}".`);
    });

  onServer("export", "print the cases of a server as a suite, which eval run and eval import take").action(
    async (server: string) => {
      const suite = await api().request<EvalSuite>("GET", serverPath(server, "evals", "suite"));
      print(suite, () => JSON.stringify(suite, null, 2));
    },
  );

  onServer("import", "keep the cases of a suite with a server; those of the same names are replaced")
    .argument("<suite>", "a JSON file")
    .action(async (server: string, file: string) => {
      const suite = await readJson(file);
      const at = serverPath(server, "evals", "suite");
      const taken = await api().request<{ added: number; replaced: number; withoutTool: string[] }>("POST", at, suite);
      print(taken, () =>
        [
          `Added ${count(taken.added, "case")}, replaced ${taken.replaced}.`,
          ...(taken.withoutTool.length > 0
            ? [`The draft has no such tool for: ${taken.withoutTool.join(", ")}. They are kept, and fail until it has.`]
            : []),
        ].join("\n"),
      );
    });
}

/** A suite from a file, as clients call the server. */
async function runFile({ api, print, say }: CommandDeps, file: string, { server, ...own }: RunOptions): Promise<void> {
  if (own.case.length > 0 || own.on || own.from || own.profile || own.mayChange)
    throw new ApiError(
      "usage",
      "A file is run as clients call what is published: leave --case, --on, --from, --profile and --may-change out, or import it with: portico eval import",
    );
  const portico = api();
  const parsed = parseSuite(await readJson(file));
  if (!parsed.ok) throw new ApiError("usage", `${file} is not a suite. ${parsed.problems.join("; ")}`);
  const url = await mcpUrl(portico, server);
  const run = await runSuite(parsed.suite, {
    callTool: (tool, args) => mcpRequest<ToolResult>(url, portico.key, "tools/call", { name: tool, arguments: args }),
    now: () => performance.now(),
    onResult: ({ isPassed, ...result }) => say(describeResult({ ...result, state: isPassed ? "passed" : "failed" })),
  });
  print(run, () => `${run.passed} passed, ${run.failed} failed`);
  if (run.failed > 0) process.exitCode = EXIT.failed;
}

/** The cases that a server keeps, one by one, so that each is seen as it ends. */
async function runKept({ api, print, say }: CommandDeps, options: RunOptions): Promise<void> {
  const portico = api();
  const { server } = options;
  const profileId =
    options.profile === undefined
      ? undefined
      : findProfile((await readProfiles(portico, server)).items, options.profile).id;
  const as = {
    on: oneOf("--on", options.on ?? "draft", ON),
    from: oneOf("--from", options.from ?? "api", FROM),
    profileId,
    mayChange: options.mayChange ?? false,
  };
  const all = await readCases(portico, server);
  const cases = options.case.length > 0 ? options.case.map((wanted) => findCase(all, wanted)) : all;
  if (cases.length === 0)
    throw new ApiError(
      "failed",
      `There is no eval case to run. Save one with: portico eval save ${server} <name> --tool <tool>`,
    );
  const results: Result[] = [];
  for (const { id } of cases) {
    const at = serverPath(server, "evals", "runs");
    const run = await portico.request<{ results: Result[] }>("POST", at, { ...as, cases: [id] });
    results.push(...run.results);
    for (const result of run.results) say(describeResult(result));
  }
  const found = (state: Result["state"]) => results.filter((one) => one.state === state).length;
  const [passed, failed, notRun] = [found("passed"), found("failed"), found("notRun")];
  print(
    { results, passed, failed, notRun },
    () => `${passed} passed, ${failed} failed${notRun > 0 ? `, ${notRun} not run` : ""}`,
  );
  if (failed > 0) process.exitCode = EXIT.failed;
}

/** The chosen fields of what the tool answers now. */
async function matchesNow(
  portico: Api,
  server: string,
  { tool, args, match, from }: { tool: string; args: Record<string, unknown>; match: string[]; from: string },
): Promise<unknown> {
  const found = await findDrafted(portico, server, tool);
  const input = { arguments: args, from: oneOf("--from", from, FROM) };
  const { result } =
    "operation" in found
      ? await portico.request<TriedCall>("POST", serverPath(server, "tools", found.operation, "try"), input)
      : await portico.request<TriedComposed>("POST", serverPath(server, "composed-tools", "try"), {
          ...{ ...input, name: found.name },
        });
  if (result.isError)
    throw new ApiError("failed", `The call was refused, so there is nothing to match. ${contentText(result)}`);
  const fields = answerFields(result.structuredContent, args);
  return matchesOf(
    match.map((wanted) => findNamed(fields, wanted, { noun: "field of the answer", namesOf: ({ name }) => [name] })),
  );
}

export function describeResult({ state, name, durationMs, faults }: Result): string {
  const time = state === "notRun" ? "" : ` (${Math.round(durationMs)} ms)`;
  return [`${STATE_WORDS[state]} ${name}${time}`, ...faults.map((fault) => `     ${fault}`)].join("\n");
}

export function describeLast({ problem, lastRun }: Pick<KeptCase, "problem" | "lastRun">): string {
  if (problem) return "its tool is gone";
  if (!lastRun) return "not run yet";
  const { at, on, version, isPassed, isCurrent } = lastRun;
  const where = on === "draft" ? (isCurrent ? "the draft" : "an earlier draft") : `version ${version}`;
  return `${isPassed ? "passed" : "failed"} on ${where}, ${when(at)}`;
}

async function readCases(portico: Api, server: string): Promise<KeptCase[]> {
  return (await portico.request<Page<KeptCase>>("GET", casesPath(server))).items;
}

function findCase(cases: readonly KeptCase[], wanted: string): KeptCase {
  return findNamed(cases, wanted, { noun: "eval case", namesOf: ({ name, id }) => [name, id] });
}

function casesPath(server: string, ...parts: string[]): string {
  return serverPath(server, "evals", "cases", ...parts);
}
