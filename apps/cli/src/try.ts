import type { Command } from "commander";
import { type Api, ApiError } from "./api.ts";
import { oneOf, readArguments, type ToolArguments, withToolArguments } from "./arguments.ts";
import { type CommandDeps, EXIT, type Page, serverPath } from "./command.ts";
import { contentText, count, milliseconds, type ToolResult } from "./output.ts";
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

/** What a tool of several calls did. */
export interface TriedComposed {
  result: ToolResult;
  steps: { id: string; operation: string; calls: number; failed: number; ms: number; made: TriedCall[] }[];
  tokens: { raw: number; shaped: number };
  ms: number;
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

interface ServerTools {
  composedTools: { name: string }[];
  publishedVersion: { number: number } | null;
}

/** A tool of several calls has a name, every other an operation. */
type Found = { operation: string } | { name: string };

const ON = ["draft", "published"] as const;
const FROM = ["api", "sample", "example"] as const;

/** `portico try`: one call as a client would make it, with every step of it. */
export function addTryCommand(program: Command, { api, print }: CommandDeps): void {
  withToolArguments(
    program
      .command("try")
      .description("call one tool, and show what was sent, what came back and what a model gets of it")
      .argument("<server>", "its slug or id")
      .argument(
        "<tool>",
        'its name, in the draft or as clients know it (--on published), or its operation ("GET /pets")',
      ),
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
      const tool = await (on === "draft" ? findDrafted : findPublished)(portico, server, wanted);
      if ("operation" in tool) {
        const at = serverPath(server, "tools", tool.operation, "try");
        const tried = await portico.request<TriedCall>("POST", at, { ...input, on });
        print(tried, () => describeTried(tried).join("\n"));
        if (tried.result.isError) process.exitCode = EXIT.failed;
        return;
      }
      const at = serverPath(server, "composed-tools", "try");
      const tried = await portico.request<TriedComposed>("POST", at, { ...input, name: tool.name, on });
      print(tried, () => describeComposed(tried).join("\n"));
      if (tried.result.isError) process.exitCode = EXIT.failed;
    });
}

/** A tool by its name in the draft. */
export async function findDrafted(portico: Api, server: string, wanted: string): Promise<Found> {
  if (wanted.includes(" ")) return { operation: wanted };
  const { items } = await portico.request<Page<DraftTool>>("GET", serverPath(server, "tools"));
  const found = items.find(({ tool }) => tool?.name === wanted);
  if (found) return { operation: found.operation.key };
  const { composedTools } = await portico.request<ServerTools>("GET", serverPath(server));
  if (composedTools.some(({ name }) => name === wanted)) return { name: wanted };
  throw new ApiError(
    "not_found",
    `There is no tool "${wanted}" in the draft. Name it as the draft does, or by its operation, such as "GET /pets".`,
  );
}

/** A tool by the name that clients know, which the draft may call otherwise by now. */
async function findPublished(portico: Api, server: string, wanted: string): Promise<Found> {
  if (wanted.includes(" ")) return { operation: wanted };
  const { publishedVersion } = await portico.request<ServerTools>("GET", serverPath(server));
  if (!publishedVersion)
    throw new ApiError("conflict", "Nothing was published yet. Try the draft, or publish it first.");
  const number = String(publishedVersion.number);
  const { items } = await portico.request<Page<{ name: string; operation: string; steps?: unknown[] }>>(
    "GET",
    serverPath(server, "versions", number, "tools"),
  );
  const found = items.find(({ name }) => name === wanted);
  if (found) return found.steps ? { name: wanted } : { operation: found.operation };
  throw new ApiError(
    "not_found",
    `There is no tool "${wanted}" in version ${number}, which is served. Name it as clients know it, or by its operation, such as "GET /pets".`,
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

/** Each step with what it was asked and what came back, then the one result. */
export function describeComposed({ result, steps, tokens, ms }: TriedComposed): string[] {
  return [
    ...steps.flatMap(({ id, operation, calls, failed, ms: took, made }, at) => [
      `${at + 1}. ${id}  ${operation}  ${count(calls, "call")}${failed > 0 ? `, ${failed} failed` : ""}, ${milliseconds(took)}`,
      ...made.flatMap(describeCall).map((line) => `   ${line}`),
      ...(calls > made.length && made.length > 0 ? [`   and ${calls - made.length} more`] : []),
    ]),
    ...(steps.length > 0 ? [""] : []),
    tokens.raw > 0
      ? `A model gets ${count(tokens.shaped, "token")} after ${milliseconds(ms)}; the answers of all steps have ${count(tokens.raw, "token")}:`
      : "A model gets:",
    contentText(result),
  ];
}

function describeCall({ outcome, request, answer, result, upstreamMs, retries, missingCredentials }: TriedCall) {
  const source = answer?.from ? `nothing was sent; from the ${answer.from}` : milliseconds(upstreamMs);
  const again = retries > 0 ? `, after ${retries === 1 ? "a retry" : `${retries} retries`}` : "";
  return [
    ...(request ? [`${request.method} ${request.url}`] : []),
    ...(request?.body === undefined ? [] : [`  ${request.body}`]),
    ...(missingCredentials.length > 0 ? [`  sent without a credential for: ${missingCredentials.join(", ")}`] : []),
    ...(answer ? [`  ${answer.status} ${answer.contentType}, ${count(answer.bytes, "byte")} (${source}${again})`] : []),
    ...(outcome === "ok" ? [] : [`  ${outcome}: ${contentText(result)}`]),
  ];
}
