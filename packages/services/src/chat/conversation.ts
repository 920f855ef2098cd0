import type { Message, Part } from "@portico/models";
import { z } from "zod";

/** Characters of one message of a person. */
export const CHAT_MESSAGE_CHARS_MAX = 20_000;
const MESSAGES_MAX = 500;
const PARTS_MAX = 200;
/** Of a whole conversation, as JSON: more than any model reads. */
const CONVERSATION_CHARS_MAX = 2_000_000;

const callId = z.string().min(1).max(300);
const toolName = z.string().min(1).max(300);
const carried = z.record(z.string(), z.record(z.string(), z.json())).optional();

const messageSchema = z.discriminatedUnion("role", [
  z
    .object({
      role: z.literal("user"),
      text: z
        .string()
        .trim()
        .min(1, "write something")
        .max(CHAT_MESSAGE_CHARS_MAX, `a message has ${CHAT_MESSAGE_CHARS_MAX.toLocaleString("en")} characters at most`),
    })
    .strict(),
  z
    .object({
      role: z.literal("assistant"),
      parts: z
        .array(
          z.discriminatedUnion("type", [
            z.object({ type: z.literal("text"), text: z.string(), carried }).strict(),
            z.object({ type: z.literal("thought"), text: z.string(), carried }).strict(),
            z
              .object({
                type: z.literal("call"),
                id: callId,
                tool: toolName,
                arguments: z.record(z.string(), z.unknown()),
                carried,
              })
              .strict(),
          ]),
        )
        .max(PARTS_MAX),
    })
    .strict(),
  z.object({ role: z.literal("tool"), callId, tool: toolName, text: z.string(), isError: z.boolean() }).strict(),
]);

/** What was said so far. The browser keeps it and sends all of it each time. */
export const conversationSchema = z
  .array(messageSchema)
  .min(1, "write something")
  .max(MESSAGES_MAX, `a conversation has ${MESSAGES_MAX} messages at most: start a new chat`)
  .refine((messages) => JSON.stringify(messages).length <= CONVERSATION_CHARS_MAX, {
    error: `a conversation has ${CONVERSATION_CHARS_MAX.toLocaleString("en")} characters at most: start a new chat`,
  });

export type CallPart = Extract<Part, { type: "call" }>;

/** A conversation that a model can read: every call has its answer right behind it, but for those that are to be answered now. */
export function openConversation(messages: readonly Message[]): { said: Message[]; open: CallPart[] } {
  const answers = new Map(messages.flatMap((one) => (one.role === "tool" ? [[one.callId, one] as const] : [])));
  const turns = messages.filter(({ role }) => role !== "tool");
  const said: Message[] = [];
  let open: CallPart[] = [];
  for (const [at, turn] of turns.entries()) {
    // What a model left empty, other models refuse.
    if (turn.role === "assistant" && turn.parts.length === 0) continue;
    said.push(turn);
    if (turn.role !== "assistant") continue;
    const isLast = at === turns.length - 1;
    for (const call of turn.parts.filter((part) => part.type === "call")) {
      const answer = answers.get(call.id);
      if (answer) said.push(answer);
      else if (isLast) open = [...open, call];
      else said.push(answerTo(call, "It was not run: the person went on without it.", true));
    }
  }
  return { said, open };
}

export function answerTo({ id, tool }: CallPart, text: string, isError: boolean): Extract<Message, { role: "tool" }> {
  return { role: "tool", callId: id, tool, text, isError };
}

/** How often the model was asked since the person last said something. */
export function stepsOf(messages: readonly Message[]): number {
  const last = messages.findLastIndex(({ role }) => role === "user");
  return messages.slice(last + 1).filter(({ role }) => role === "assistant").length;
}
