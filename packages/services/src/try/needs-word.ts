import { methodKind, type Tool, toolKind } from "@portico/openapi";

/** Whether a person has to agree before a call of it is sent for them by somebody else: a model, or a run of many calls. */
export function needsWord(tool: Tool): boolean {
  return toolKind(tool) !== "reading" || tool.askFirst === true || !isSafe(tool);
}

/**
 * By its method (RFC 9110 §9.2.1) or what a person of the server says, whatever the document says of it: a model may have been talked into
 * the call.
 */
function isSafe({ kind, plan, steps }: Tool): boolean {
  if (steps) return steps.every(({ tool }) => isSafe(tool));
  return (kind ?? methodKind(plan.method)) === "reading";
}
