import type { LanguageModelV4FunctionTool, LanguageModelV4Message, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { ModelError, toModelError } from "./error.ts";
import { openModel, STEP_OPTIONS } from "./provider.ts";
import type { Carried, Message, Part, StepEvent, StepInput, StopReason } from "./types.ts";

/**
 * Asks a model once: its text as it comes, then all that it said. Calls of tools are handed over, not made. Nothing is asked twice, and
 * whatever goes wrong is a `ModelError`.
 */
export async function* runStep(input: StepInput): AsyncGenerator<StepEvent> {
  const { provider, model, system, messages, tools = [], tokensMax, fetch, signal } = input;
  try {
    const opened = await openModel(provider, model, fetch);
    const { stream } = await opened.doStream({
      prompt: [...(system ? [{ role: "system" as const, content: system }] : []), ...messages.map(toPrompt)],
      maxOutputTokens: tokensMax,
      providerOptions: STEP_OPTIONS,
      ...(tools.length > 0 ? { tools: tools.map(toFunction), toolChoice: { type: "auto" as const } } : {}),
      ...(signal ? { abortSignal: signal } : {}),
    });
    yield* readStep(stream, idsOf(messages));
  } catch (error) {
    throw signal?.aborted ? new ModelError("cancelled", "It was stopped.") : toModelError(error, provider, model);
  }
}

type Said = Extract<Part, { text: string }>;

async function* readStep(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  taken: Set<string>,
): AsyncGenerator<StepEvent> {
  const parts: Part[] = [];
  const open = new Map<string, Said>();
  let end: Extract<LanguageModelV4StreamPart, { type: "finish" }> | undefined;
  for await (const part of stream) {
    switch (part.type) {
      case "text-start":
      case "reasoning-start": {
        const begun: Said = { type: part.type === "text-start" ? "text" : "thought", text: "" };
        carry(begun, part.providerMetadata);
        parts.push(begun);
        open.set(part.id, begun);
        break;
      }
      case "text-delta":
      case "reasoning-delta": {
        const begun = open.get(part.id);
        if (!begun) break;
        begun.text += part.delta;
        carry(begun, part.providerMetadata);
        if (begun.type === "text" && part.delta !== "") yield { type: "text", text: part.delta };
        break;
      }
      case "text-end":
      case "reasoning-end": {
        const begun = open.get(part.id);
        if (begun) carry(begun, part.providerMetadata);
        break;
      }
      case "tool-call": {
        const call: Part = {
          type: "call",
          id: ownId(part.toolCallId, taken),
          tool: part.toolName,
          arguments: argumentsOf(part.input),
        };
        carry(call, part.providerMetadata);
        parts.push(call);
        break;
      }
      case "finish":
        end = part;
        break;
      case "error":
        throw part.error;
    }
  }
  if (!end) throw new ModelError("bad_answer", "The answer of the model broke off. Try again.");
  const said = parts.filter((part) => part.type !== "text" || part.text !== "");
  yield {
    type: "end",
    parts: said,
    usage: { input: end.usage.inputTokens.total ?? 0, output: end.usage.outputTokens.total ?? 0 },
    reason: reasonOf(end.finishReason.unified, said),
  };
}

function reasonOf(given: string, parts: readonly Part[]): StopReason {
  // Whatever a provider calls it, a call wants an answer.
  if (parts.some(({ type }) => type === "call")) return "calls";
  if (given === "length") return "length";
  return given === "content-filter" ? "filtered" : "done";
}

/** Some providers count their calls from nought each time. An id that was there before would be another call's answer, or another's permission. */
function ownId(given: string, taken: Set<string>): string {
  let id = given;
  for (let n = 2; id === "" || taken.has(id); n++) id = `${given}_${n}`;
  taken.add(id);
  return id;
}

function idsOf(messages: readonly Message[]): Set<string> {
  return new Set(
    messages.flatMap((message) =>
      message.role === "assistant"
        ? message.parts.flatMap((part) => (part.type === "call" ? [part.id] : []))
        : message.role === "tool"
          ? [message.callId]
          : [],
    ),
  );
}

function carry(part: Part, given: Carried | undefined): void {
  if (given) part.carried = { ...part.carried, ...given };
}

/** What a model wrote as arguments. What is no JSON object is for the tool to refuse, with the text in it. */
function argumentsOf(text: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said by the tool.
  }
  return { arguments: text };
}

function toFunction({ name, description, inputSchema }: NonNullable<StepInput["tools"]>[number]) {
  // A JSON Schema through and through, which its type cannot say.
  return { type: "function", name, description, inputSchema } as LanguageModelV4FunctionTool;
}

function toPrompt(message: Message): LanguageModelV4Message {
  switch (message.role) {
    case "user":
      return { role: "user", content: [{ type: "text", text: message.text }] };
    case "tool": {
      const { callId, tool, text, isError } = message;
      const output = { type: isError ? ("error-text" as const) : ("text" as const), value: text };
      return { role: "tool", content: [{ type: "tool-result", toolCallId: callId, toolName: tool, output }] };
    }
    case "assistant":
      return {
        role: "assistant",
        content: message.parts.map((part) => {
          const back = part.carried ? { providerOptions: part.carried } : {};
          if (part.type === "text") return { type: "text", text: part.text, ...back };
          if (part.type === "thought") return { type: "reasoning", text: part.text, ...back };
          return { type: "tool-call", toolCallId: part.id, toolName: part.tool, input: part.arguments, ...back };
        }),
      };
  }
}
