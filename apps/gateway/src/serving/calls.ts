import {
  type CallTool,
  type Cancellation,
  type ClientIdentity,
  type Principal,
  type ReadResource,
  selectDialect,
} from "@portico/mcp";
import type { Tool } from "@portico/openapi";
import { calledTool } from "@portico/services";
import { type CallOptions, createCallApi, type EndedCall, NO_API, notCalled, withGiven } from "./api-call.ts";
import { askPerson } from "./ask-person.ts";
import { readBound } from "./resources.ts";
import type { Serving } from "./servers.ts";
import { makeSteps } from "./steps-call.ts";
import { askForSummary, takeSummary } from "./summary.ts";
import type { Usage } from "./usage.ts";
import { awaitedHost, reportWaiting } from "./waiting.ts";

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

function toolRunner(options: CallOptions, serving: Serving, principal: Principal, requestId: string): RunTool {
  const { telemetry, usage, validate, files, quotas } = options;
  const { server, version, person } = serving;
  const callApi = createCallApi(options, serving, principal);
  const owner = { serverId: server.id, principal };

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
    const send = (): EndedCall | Promise<EndedCall> => {
      if ("declined" in settled) return declined(settled.declined);
      if ("problem" in settled) return notCalled(settled.problem, NO_FACT);
      const about = { dialect, client, signal };
      const sendUnless = (over: string | undefined): EndedCall | Promise<EndedCall> => {
        if (over !== undefined) return notCalled(over, "The calls of this month are used up.");
        return tool.steps ? makeSteps(options, serving, { settled, about, callApi }) : callApi(settled, about);
      };
      const over = quotas.take(server);
      return over instanceof Promise ? over.then(sendUnless) : sendUnless(over);
    };
    const call = await telemetry.span("tools/call", { "mcp.tool": name }, async (note): Promise<EndedCall> => {
      const stopWaiting = reportWaiting(onProgress, () => awaitedHost(serving, tool));
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
  call: Omit<EndedCall, "result" | "whole">,
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
    steps: call.steps,
  });
}

/** Milliseconds to a hundredth: nobody looks at the thirteen digits behind it, and every event would carry them. */
function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

const NO_FACT = "A fact about the person who calls is fixed, or the profile does not fit.";

/** A call that a person did not allow: nothing left. */
function declined(text: string): EndedCall {
  return {
    result: { content: [{ type: "text", text }] },
    ...NO_API,
    outcome: "declined",
    diagnostic: "A person was asked first and did not agree.",
  };
}

/** A resource that an operation answers, or the file behind a link that this server gave this very caller. */
export function resourceReader(
  options: CallOptions,
  serving: Serving,
  principal: Principal,
  requestId: string,
  signal: Cancellation,
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
