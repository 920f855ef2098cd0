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

/** What the client's model wrote (MCP 2025-11-25, sampling), or undefined for anything else, nothing included. */
export function parseModelReply(value: unknown): { text: string; model: string } | undefined {
  if (!isObject(value)) return undefined;
  const blocks = [value.content].flat().filter(isObject);
  const texts = blocks.flatMap(({ type, text }) => (type === "text" && typeof text === "string" ? [text] : []));
  const text = texts.join("\n").trim();
  return text === "" ? undefined : { text, model: typeof value.model === "string" ? value.model : "" };
}

/** The capability that a client needs for these questions and does not have, as the protocol names it. */
export function missingCapability(
  questions: Readonly<Record<string, Question>>,
  capabilities: unknown,
): JsonObject | undefined {
  const unanswerable = Object.values(questions).find(({ method }) => !canAnswer(method, capabilities));
  return unanswerable && { [CAPABILITIES[unanswerable.method]]: {} };
}

const CAPABILITIES = {
  "elicitation/create": "elicitation",
  "sampling/createMessage": "sampling",
  "roots/list": "roots",
} as const;

/** Whether a client with these capabilities answers such a question. */
export function canAnswer(method: Question["method"], capabilities: unknown): boolean {
  const capability = isObject(capabilities) ? capabilities[CAPABILITIES[method]] : undefined;
  return method === "elicitation/create" ? canFillForms(capability) : isObject(capability);
}

/** Whether a client can show a person a form: it says so, and not that it opens addresses only. */
function canFillForms(elicitation: unknown): boolean {
  return isObject(elicitation) && (elicitation.form !== undefined || elicitation.url === undefined);
}
