import {
  type CallTool,
  type ClientIdentity,
  hasToolOutput,
  type Principal,
  type ReadResource,
  selectDialect,
} from "@portico/mcp";
import type { Dialect, Tool } from "@portico/openapi";
import { missingFor, profileCredentials, type UpstreamTokens, withProfileArguments } from "@portico/services";
import type { Telemetry } from "@portico/telemetry";
import {
  type CallOutcome,
  callTool,
  type createValidator,
  type Egress,
  fixedArguments,
  type KeptFile,
  runSteps,
  STEP_BUDGET,
  writeStepsResult,
} from "@portico/upstream";
import { askPerson, type PersonalCall } from "./ask-person.ts";
import type { Files } from "./files.ts";
import { withMissingScopes, withoutOwnToken } from "./own-account.ts";
import { readBound } from "./resources.ts";
import type { Servers, Serving } from "./servers.ts";
import { askForSummary, takeSummary } from "./summary.ts";
import type { Usage } from "./usage.ts";
import { calledTool } from "./views.ts";
import { reportWaiting } from "./waiting.ts";

/** What a call needs beside the server that it is a call of. */
export interface CallOptions {
  publicUrl: string;
  telemetry: Telemetry;
  servers: Servers;
  usage: Usage;
  egress: Egress;
  validate: ReturnType<typeof createValidator>;
  files: Files;
  upstreamTokens: UpstreamTokens;
}

/** Runs one tool of a frozen version with the server's credentials, and records what came of it. */
export function toolCaller(options: CallOptions, serving: Serving, principal: Principal, requestId: string): CallTool {
  const { tools } = serving;
  const run = toolRunner(options, serving, principal, requestId);
  return (input) => {
    const tool = tools.get(input.name);
    if (!tool) throw new Error(`The protocol let an unknown tool through: ${input.name}`);
    return run(tool, input);
  };
}

type RunTool = (tool: Tool, input: Omit<Parameters<CallTool>[0], "name" | "requestId">) => ReturnType<CallTool>;

function toolRunner(
  { publicUrl, telemetry, servers, usage, egress, validate, files, upstreamTokens }: CallOptions,
  serving: Serving,
  principal: Principal,
  requestId: string,
): RunTool {
  const { server, version, documentUrl, profile, person } = serving;
  const baseUrl = profile?.baseUrl ?? serving.baseUrl;
  const owner = { serverId: server.id, principal };

  /** One call of the API. Of a step nothing is kept: its answer is not what the model gets. */
  async function callApi(
    settled: PersonalCall,
    about: Pick<Parameters<CallTool>[0], "client" | "signal"> & { dialect: Dialect; isStep?: boolean },
    isAgain = false,
  ): Promise<EndedCall> {
    const { tool } = settled;
    const { client, signal, dialect, isStep = false } = about;
    const ofServer = await servers.credentialsOf(server.id);
    const opened = profile ? profileCredentials(profile, ofServer) : ofServer;
    const missing = profile && missingFor(profile, tool, { opened, ofServer }, { publicUrl, principal, baseUrl });
    if (missing) return notCalled(missing, "A field of the profile is not filled in.");
    const resolved = await upstreamTokens.resolve(opened, schemesOf(tool));
    if (!resolved.ok)
      return resolved.owner.kind === "grant"
        ? notCalled(
            withoutOwnToken(resolved, { publicUrl, principal, ofServer }),
            "The person's own account at the API gave no token.",
          )
        : withoutToken(resolved);
    const outcome = await callTool({
      ...settled,
      target: {
        credentials: resolved.credentials,
        ...(baseUrl ? { baseUrl } : {}),
        ...(documentUrl ? { documentUrl } : {}),
        ...(profile ? { variables: profile.variables } : {}),
        person,
      },
      egress,
      validate,
      dialect,
      ...(isStep
        ? { limits: { output: STEP_BUDGET } }
        : {
            keep: (file: KeptFile) => files.keep(file, owner),
            hasResourceLinks: hasToolOutput(client),
            reader: serving.standIns?.tools.find(({ kind }) => kind === "read_answer")?.name,
          }),
      signal,
    });
    const { tokens } = resolved;
    const account = { publicUrl, principal, ofServer };
    const wanting = await withMissingScopes(tool, outcome, tokens, upstreamTokens, account);
    if (wanting) return wanting;
    // RFC 6750 §3.1: nothing was done; with another token it may be.
    return outcome.status === 401 && upstreamTokens.refuse(tokens) && !isAgain
      ? callApi(settled, about, true)
      : outcome;
  }

  /** The calls of a tool of several, each as if it were a tool of its own, and one result. */
  async function makeSteps(
    { steps = [], shape, inputSchema, name }: Tool,
    { args, toolId }: PersonalCall,
    { client, signal, dialect }: Pick<Parameters<CallTool>[0], "client" | "signal"> & { dialect: Dialect },
  ): Promise<EndedCall> {
    const checked = validate(toolId, inputSchema, args, dialect);
    if (!checked.ok)
      return { ...failedCall(checked.problems.map(({ message }) => message).join("\n")), outcome: "invalid_arguments" };
    const sum = { ...NO_API };
    let failed: EndedCall | undefined;
    const ran = await runSteps({
      steps,
      input: checked.args,
      signal,
      call: async ({ id, tool }, given) => {
        const fitted = withGiven(serving, tool, given);
        if ("problem" in fitted) return { ok: false, text: fitted.problem };
        const call = { tool, toolId: `${toolId}/${id}`, args: fitted.args };
        const ended = await telemetry.span("tools/call step", { "mcp.tool": name, step: id }, () =>
          callApi(call, { client, signal, dialect: "full", isStep: true }),
        );
        sum.requestBytes += ended.requestBytes;
        sum.responseBytes += ended.responseBytes;
        sum.upstreamMs += ended.upstreamMs;
        sum.retries += ended.retries;
        if (ended.outcome === "ok") return { ok: true, value: ended.value ?? textOf(ended.result) };
        failed = ended;
        return { ok: false, text: textOf(ended.result) };
      },
    });
    if (!ran.ok)
      return {
        ...failedCall(ran.text),
        ...sum,
        outcome: failed?.outcome ?? "upstream_error",
        ...(failed?.status === undefined ? {} : { status: failed.status }),
        diagnostic: `It ended at step ${ran.trace.length} of ${steps.length}.`,
      };
    const result = writeStepsResult(ran.values, shape, { last: steps.at(-1)?.id ?? "", notes: ran.notes });
    return { ...sum, result, outcome: result.isError ? "upstream_error" : "ok" };
  }

  return async (shown, { args: given, signal, client, replies, areAsked, asked, canAsk, onProgress, onLog }) => {
    const startedAt = performance.now();
    const tool = calledTool(shown);
    const { name } = tool;
    const fitted = withGiven(serving, tool, given);
    const toolId = `${version.versionId}:${name}`;
    const dialect = selectDialect(version, client);
    const summed = asked.length > 0 ? await takeSummary(files, { asked, replies, owner }) : undefined;
    if (summed) return summed;
    const settled =
      "problem" in fitted
        ? fitted
        : askPerson({
            ...{ tool, toolId, args: fitted.args, person, dialect, validate, canAsk },
            replies: areAsked ? replies : {},
          });
    if ("questions" in settled) return settled;
    const send = async (): Promise<EndedCall> => {
      if ("declined" in settled) return declined(settled.declined);
      if ("problem" in settled) return notCalled(settled.problem, NO_FACT);
      const about = { dialect, client, signal };
      return tool.steps ? makeSteps(tool, settled, about) : callApi(settled, about);
    };
    const call = await telemetry.span("tools/call", { "mcp.tool": name }, async (note): Promise<EndedCall> => {
      const stopWaiting = reportWaiting(onProgress, () => hostOf(baseUrl, tool));
      try {
        const outcome = await send();
        note({
          outcome: outcome.outcome,
          "upstream.status": outcome.status,
          "upstream.ms": outcome.upstreamMs,
          "upstream.retries": outcome.retries,
        });
        return outcome;
      } finally {
        stopWaiting();
      }
    });
    const durationMs = performance.now() - startedAt;
    recordCall(
      usage,
      { serving, principal, requestId, client },
      { tool: name, operation: tool.operation, durationMs },
      call,
    );
    // Before, clients could not say whether they want to know, and would get a stream for it.
    if (call.diagnostic && "args" in settled && client.era === "modern") onLog("warning", call.diagnostic);
    const { result, whole } = call;
    if (!tool.summarize || !whole || !canAsk("sampling/createMessage")) return result;
    return (await askForSummary(files, { tool, result, whole, owner })) ?? result;
  };
}

/** The arguments of a call as the profile has them. What a version fixes comes later, but a caller who lacks a fact for it is told at once. */
function withGiven({ profile, person }: Serving, tool: Tool, args: unknown): { args: unknown } | { problem: string } {
  const fixed = fixedArguments(tool.plan, person);
  if ("problem" in fixed) return fixed;
  return profile ? withProfileArguments(profile, tool, args) : { args };
}

/** Who calls what. */
interface Origin {
  serving: Serving;
  principal: Principal;
  requestId: string;
  client: ClientIdentity;
}

/** Notes what came of a call. */
export function recordCall(
  usage: Usage,
  { serving: { server, version }, principal, requestId, client }: Origin,
  called: { tool: string; operation?: string; durationMs: number },
  call: Omit<EndedCall, "result" | "request" | "whole">,
): void {
  usage.record({
    kind: "call",
    organizationId: server.organizationId,
    serverId: server.id,
    versionId: version.versionId,
    tool: called.tool,
    operation: called.operation,
    outcome: call.outcome,
    status: call.status,
    durationMs: rounded(called.durationMs),
    upstreamMs: rounded(call.upstreamMs),
    requestBytes: call.requestBytes,
    responseBytes: call.responseBytes,
    clientName: client.name,
    clientVersion: client.version,
    userAgent: client.userAgent,
    era: client.era,
    protocolVersion: client.protocolVersion,
    principal: principal.kind,
    subject: principal.kind === "anonymous" ? null : principal.subject,
    connectionId: principal.connectionId,
    requestId,
    diagnostic: call.diagnostic,
  });
}

/** Milliseconds to a hundredth: nobody looks at the thirteen digits behind it, and every event would carry them. */
function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

const NO_FACT = "A fact about the person who calls is fixed, or the profile does not fit.";

function failedCall(text: string) {
  return { result: { content: [{ type: "text" as const, text }], isError: true }, ...NO_API };
}

function textOf({ content }: CallOutcome["result"]): string {
  return content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
}

/** How a call ended: as the API or the way there decided, or a person who was asked first. */
type EndedCall = Omit<CallOutcome, "outcome"> & { outcome: CallOutcome["outcome"] | "declined" };

/** What a call amounts to of which nothing was sent. */
export const NO_API = { requestBytes: 0, responseBytes: 0, upstreamMs: 0, retries: 0 };

/** A call for which the API gave no token: nothing left. */
function withoutToken({ scheme, problem }: { scheme: string; problem: string }): EndedCall {
  const text = `The tool could not be called: ${problem} The credential "${scheme}" needs attention; an admin can replace it under Credentials.`;
  return {
    result: { content: [{ type: "text", text }], isError: true },
    ...NO_API,
    outcome: "upstream_error",
    diagnostic: problem,
  };
}

/** A call that the caller's profile does not let happen yet: nothing left. */
function notCalled(text: string, diagnostic: string): EndedCall {
  return {
    result: { content: [{ type: "text", text }], isError: true },
    ...NO_API,
    outcome: "blocked",
    diagnostic,
  };
}

/** A call that a person did not allow: nothing left. */
function declined(text: string): EndedCall {
  return {
    result: { content: [{ type: "text", text }] },
    ...NO_API,
    outcome: "declined",
    diagnostic: "A person was asked first and did not agree.",
  };
}

/** The security schemes that a tool's ways in are made of. */
function schemesOf({ plan }: Tool): ReadonlySet<string> {
  return new Set(plan.security.flat().map(({ scheme }) => scheme.name));
}

function hostOf(baseUrl: string | undefined, { plan }: Tool): string {
  const url = baseUrl ?? plan.baseUrls[0]?.url ?? "";
  return URL.canParse(url) ? new URL(url).host : "the API";
}

/** A resource that an operation answers, or the file behind a link that this server gave this very caller. */
export function resourceReader(
  options: CallOptions,
  serving: Serving,
  principal: Principal,
  requestId: string,
  signal: AbortSignal,
): ReadResource {
  const run = toolRunner(options, serving, principal, requestId);
  return async (uri, client) => {
    const bound = await readBound(serving, uri, (tool, args) =>
      run(tool, {
        args,
        signal,
        client,
        replies: {},
        areAsked: false,
        asked: [],
        canAsk: () => false,
        onLog: () => {},
      }),
    );
    if (bound) return bound;
    const file = await options.files.openFor(uri, { serverId: serving.server.id, principal });
    if (!file) return undefined;
    const parts: Uint8Array[] = [];
    for await (const part of file.read(0, file.bytes)) parts.push(part);
    const bytes = Buffer.concat(parts);
    const [mimeType = ""] = file.mimeType.split(";");
    return file.mimeType.includes("charset=utf-8")
      ? { uri, mimeType, text: bytes.toString("utf8") }
      : { uri, mimeType, blob: bytes.toString("base64") };
  };
}
