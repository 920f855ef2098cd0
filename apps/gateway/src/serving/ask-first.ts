import { type NeedsReplies, parsePersonReply, type Reply } from "@portico/mcp";
import type { Tool } from "@portico/openapi";

const KEY = "confirm";
const ARGUMENTS_CHARS_MAX = 1_000;

/**
 * A tool that asks first is sent only after a person said yes to this very call. Undefined when it may go out; otherwise the question, or
 * what the model is told of a no.
 */
export function needsPerson(
  tool: Tool,
  args: unknown,
  replies: Readonly<Record<string, Reply>>,
): NeedsReplies | { declined: string } | undefined {
  if (!tool.askFirst) return undefined;
  const reply = Object.hasOwn(replies, KEY) ? parsePersonReply(replies[KEY]) : undefined;
  if (reply?.action === "accept") return undefined;
  if (reply)
    return {
      declined: `The person ${reply.action === "decline" ? "said no" : "closed the question"}, so nothing was sent. Do not call this tool again for the same purpose unless they ask for it.`,
    };
  return {
    questions: {
      [KEY]: {
        method: "elicitation/create",
        params: { message: questionOf(tool, args), requestedSchema: { type: "object", properties: {} } },
      },
    },
    otherwise: {
      isError: true,
      content: [
        {
          type: "text",
          text: `Nothing was sent: "${tool.name}" needs a person's yes before each call, and this client cannot ask them. It works in a client that supports elicitation, such as Claude Code, Cursor, VS Code or Codex.`,
        },
      ],
    },
  };
}

function questionOf(tool: Tool, args: unknown): string {
  const { destructiveHint, readOnlyHint } = tool.annotations;
  const effect = readOnlyHint ? "reads data" : destructiveHint ? "can change or delete data" : "changes data";
  const shown = JSON.stringify(args, null, 2) ?? "{}";
  const clipped = shown.length > ARGUMENTS_CHARS_MAX ? `${shown.slice(0, ARGUMENTS_CHARS_MAX)} …` : shown;
  const values = clipped === "{}" ? "It takes no values." : `With:\n${clipped}`;
  return `Allow “${tool.title ?? tool.name}” (${tool.operation})? It ${effect}.\n${values}`;
}
