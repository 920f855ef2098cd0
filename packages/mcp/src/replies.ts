import type { Question } from "./contract.ts";
import { isObject, type JsonObject } from "./json-rpc.ts";

/** What a person said. Only "accept" carries values, as they typed them. */
export interface PersonReply {
  action: "accept" | "decline" | "cancel";
  content?: JsonObject;
}

const ACTIONS = new Set<unknown>(["accept", "decline", "cancel"]);

/** What a client says a person replied (MCP 2025-11-25, elicitation), or undefined for anything else. */
export function parsePersonReply(value: unknown): PersonReply | undefined {
  if (!isObject(value) || !ACTIONS.has(value.action)) return undefined;
  const action = value.action as PersonReply["action"];
  return action === "accept" && isObject(value.content) ? { action, content: value.content } : { action };
}

/** The capability that a client needs for these questions and does not have, as the protocol names it. */
export function missingCapability(
  questions: Readonly<Record<string, Question>>,
  capabilities: unknown,
): JsonObject | undefined {
  const has = isObject(capabilities) ? capabilities : {};
  for (const { method } of Object.values(questions)) {
    if (method === "elicitation/create" && !canFillForms(has.elicitation)) return { elicitation: {} };
    if (method === "sampling/createMessage" && !isObject(has.sampling)) return { sampling: {} };
    if (method === "roots/list" && !isObject(has.roots)) return { roots: {} };
  }
  return undefined;
}

/** Whether a client can show a person a form: it says so, and not that it opens addresses only. */
function canFillForms(elicitation: unknown): boolean {
  return isObject(elicitation) && (elicitation.form !== undefined || elicitation.url === undefined);
}
