import { answerStandIn, type CallTool, type ReadResource, selectDialect, type ToolResult } from "@portico/mcp";
import type { CallOutcome, Validate } from "@portico/upstream";
import { boundTool } from "./resources.ts";
import type { Serving } from "./servers.ts";

type Outcome = CallOutcome["outcome"];

interface StandInOptions {
  serving: Serving;
  validate: Validate;
  readResource: ReadResource;
  /** Notes a call that reached no API. */
  record: (call: Parameters<CallTool>[0], durationMs: number, outcome: Outcome) => void;
}

/**
 * In front of the function that runs tools: those that stand in for prompts and resources answer what the methods would. A resource that an
 * operation answers is recorded as the call that it is, once.
 */
export function throughStandIns(options: StandInOptions, callTool: CallTool): CallTool {
  const { version, standIns, bound } = options.serving;
  if (!standIns) return callTool;
  return async (call) => {
    const standIn = standIns.tools.find(({ name }) => name === call.name);
    if (!standIn) return callTool(call);
    const startedAt = performance.now();
    const note = (outcome: Outcome) => options.record(call, performance.now() - startedAt, outcome);
    const id = `${version.versionId}:${standIn.name}`;
    const checked = options.validate(id, standIn.inputSchema, call.args, selectDialect(version, call.client));
    if (!checked.ok) {
      note("invalid_arguments");
      return failed(checked.problems.map(({ message }) => message).join("\n"));
    }
    const result = await answerStandIn({
      ...{ kind: standIn.kind, args: checked.args, version, client: call.client },
      replies: call.areAsked ? call.replies : {},
      read: options.readResource,
    });
    const isCall = standIn.kind === "read_resource" && boundTool(bound, String(checked.args.uri)) !== undefined;
    if (!("questions" in result) && !isCall) note(result.isError ? "invalid_arguments" : "ok");
    return result;
  };
}

function failed(text: string): ToolResult {
  return { content: [{ type: "text", text }], isError: true };
}
