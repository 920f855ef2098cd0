import type { PersonReply } from "./contract.ts";
import { isObject } from "./json-rpc.ts";

const ACTIONS = new Set<unknown>(["accept", "decline", "cancel"]);

/** What a client says a person replied, or undefined for anything else. */
export function parseReply(value: unknown): PersonReply | undefined {
  if (!isObject(value) || !ACTIONS.has(value.action)) return undefined;
  const action = value.action as PersonReply["action"];
  return action === "accept" && isObject(value.content) ? { action, content: value.content } : { action };
}

/** Whether a client can show a person a form: it says so, and not that it opens addresses only (MCP 2025-11-25, elicitation). */
export function canFillForms(capabilities: unknown): boolean {
  const elicitation = isObject(capabilities) ? capabilities.elicitation : undefined;
  return isObject(elicitation) && (elicitation.form !== undefined || elicitation.url === undefined);
}
