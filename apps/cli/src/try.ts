import type { Command } from "commander";
import { type Api, ApiError } from "./api.ts";
import { oneOf, readArguments, type ToolArguments, withToolArguments } from "./arguments.ts";
import { type CommandDeps, EXIT, type Page, serverPath } from "./command.ts";
import { contentText, count, milliseconds, type ToolResult, table } from "./output.ts";
import { findProfile, readProfiles } from "./profiles.ts";

/** A call of a tool, with its secrets hidden. */
export interface TriedCall {
  outcome: string;
  request?: { method: string; url: string; headers: [name: string, value: string][]; body?: string };
  answer?: { status: number; contentType: string; bytes: number; from?: string };
  result: ToolResult;
  view?: { tokens: { raw: number; shaped: number } };
  upstreamMs: number;
  retries: number;
  missingCredentials: string[];
  diagnostic?: string;
}

export interface TriedComposed {
  result: ToolResult;
  steps: { id: string; operation: string; calls: number; failed: number; ms: number }[];
}

interface TryOptions extends ToolArguments {
  on: string;
  profile?: string;
  from: string;
}

interface DraftTool {
  operation: { key: string };
  tool?: { name: string };
}

const ON = ["draft", "published"] as const;
const FROM = ["api", "sample", "example"] as const;

/** `portico try`: one call as a client would make it, with every step of it. */
export function addTryCommand(program: Command, { api, print }: CommandDeps): void {
  withToolArguments(
    program
      .command("try")
      .description("call one tool, and show what was sent, what came back and what a model gets of it")
      .argument("<server>", "its slug or id")
      .argument("<tool>", 'its name in the draft, or its operation ("GET /pets")'),
  )
    .option("--on <which>", "draft, or published: the tool as it is served", "draft")
    .option("--profile <profile>", "run with this profile, by name or id; left out, with the server's default")
    .option(
      "--from <where>",
      "api: really call it, or send nothing and take the sample or the document's example",
      "api",
    )
    .action(async (server: string, wanted: string, options: TryOptions) => {
      const portico = api();
      const [on, from] = [oneOf("--on", options.on, ON), oneOf("--from", options.from, FROM)];
      const args = readArguments(options);
      const profileId =
        options.profile === undefined
          ? undefined
          : findProfile((await readProfiles(portico, server)).items, options.profile).id;
      const input = { arguments: args, profileId, from };
      const tool = await findTool(portico, server, wanted);
      if ("operation" in tool) {
        const at = serverPath(server, "tools", tool.operation, "try");
        const tried = await portico.request<TriedCall>("POST", at, { ...input, on });
        print(tried, () => describeTried(tried).join("\n"));
        if (tried.result.isError) process.exitCode = EXIT.failed;
        return;
      }
      if (on === "published")
        throw new ApiError(
          "usage",
          "A tool of several calls is tried as it is drafted. The published one runs with: portico call",
        );
      const at = serverPath(server, "composed-tools", "try");
      const tried = await portico.request<TriedComposed>("POST", at, { ...input, tool: tool.composed });
      print(tried, () => describeComposed(tried).join("\n"));
      if (tried.result.isError) process.exitCode = EXIT.failed;
    });
}

/** The operation of a tool of the draft, or a tool of several calls as it is drafted. */
export async function findTool(
  portico: Api,
  server: string,
  wanted: string,
): Promise<{ operation: string } | { composed: object }> {
  if (wanted.includes(" ")) return { operation: wanted };
  const { items } = await portico.request<Page<DraftTool>>("GET", serverPath(server, "tools"));
  const found = items.find(({ tool }) => tool?.name === wanted);
  if (found) return { operation: found.operation.key };
  const { composedTools } = await portico.request<{ composedTools: { name: string }[] }>("GET", serverPath(server));
  const composed = composedTools.find(({ name }) => name === wanted);
  if (composed) return { composed };
  throw new ApiError(
    "not_found",
    `There is no tool "${wanted}" in the draft. Name it as the draft does, or by its operation, such as "GET /pets".`,
  );
}

export function describeTried(tried: TriedCall): string[] {
  const { request, answer, result, view, upstreamMs, retries, missingCredentials, diagnostic } = tried;
  const source = answer?.from ? `nothing was sent; from the ${answer.from}` : milliseconds(upstreamMs);
  return [
    ...(request
      ? [
          `${request.method} ${request.url}`,
          ...request.headers.map(([name, value]) => `  ${name}: ${value}`),
          ...(request.body === undefined ? [] : ["", request.body]),
          "",
        ]
      : []),
    ...(missingCredentials.length > 0 ? [`Sent without a credential for: ${missingCredentials.join(", ")}`] : []),
    ...(answer
      ? [
          `${answer.status} ${answer.contentType}, ${count(answer.bytes, "byte")} (${source}${retries > 0 ? `, after ${retries === 1 ? "a retry" : `${retries} retries`}` : ""})`,
        ]
      : [`No answer: ${tried.outcome}`]),
    ...(diagnostic === undefined ? [] : [`Not as the document promises: ${diagnostic}`]),
    view
      ? `A model gets ${count(view.tokens.shaped, "token")}; the answer itself has ${count(view.tokens.raw, "token")}:`
      : "A model gets:",
    contentText(result),
  ];
}

function describeComposed({ result, steps }: TriedComposed): string[] {
  return [
    table(
      steps.map(({ id, operation, calls, failed, ms }) => [
        ...[id, operation, count(calls, "call"), failed > 0 ? `${failed} failed` : "", milliseconds(ms)],
      ]),
    ),
    "A model gets:",
    contentText(result),
  ];
}
