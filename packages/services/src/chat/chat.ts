import type { Dialect } from "@portico/mcp";
import { type Message, ModelError, type ModelErrorCode, runStep, type TokenUsage } from "@portico/models";
import { estimateTokens, type ToolKind, toolKind } from "@portico/openapi";
import type { Egress, ToolResult } from "@portico/upstream";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { countRequest } from "../model/count-request.ts";
import { modelFetch } from "../model/model-fetch.ts";
import { openProvider } from "../model/providers.ts";
import { viewOf } from "../serve/view-manifest.ts";
import { findServer, type ServerRow } from "../server/find-server.ts";
import type { Places } from "../server/places.ts";
import { manifestToTry } from "../try/manifest-to-try.ts";
import { needsWord } from "../try/needs-word.ts";
import { createTryCall, openTryProfile } from "../try/try-call.ts";
import { runComposed } from "../try/try-composed.ts";
import { answerTo, type CallPart, conversationSchema, openConversation, stepsOf } from "./conversation.ts";
import { type OfferedTools, offerTools, type Wanted } from "./offered-tools.ts";

/** How often the model is asked for one message of a person: calls lead to calls. */
export const CHAT_STEPS_MAX = 10;
const ANSWER_TOKENS_MAX = 4_096;

const schema = z
  .object({
    serverId: z.string(),
    providerId: z.string(),
    /** Instead of the provider's own. */
    model: z.string().trim().min(1).max(200).optional(),
    on: z.enum(["draft", "published"]).default("draft"),
    profileId: z.string().max(100).nullish(),
    /** Where answers of tools come from. */
    from: z.enum(["api", "sample", "example"]).default("api"),
    messages: conversationSchema,
    /** What the person says of calls that wait for that, by their ids. */
    verdicts: z.record(z.string(), z.enum(["run", "decline"])).default({}),
  })
  .strict();

export interface ChatInput extends Omit<z.input<typeof schema>, "messages"> {
  /** All that was said, the newest last. */
  messages: readonly Message[];
}

/** A call that a model wants. */
export interface ChatCall {
  id: string;
  /** The tool that is run; of a server that is searched, the one that was found. */
  tool: string;
  /** The operation behind it, for who wants to try it by hand; null when there is none, or several. */
  operation: string | null;
  kind: ToolKind | null;
  arguments: Record<string, unknown>;
  /** It changes something, or a person is to be asked each time: it is not run before they agree. */
  mustAsk: boolean;
}

export type ChatEvent =
  | { type: "begin"; model: string; tools: number; dialect: Dialect }
  | { type: "text"; text: string }
  /** All that the model said in one go; to be sent back as it is. */
  | { type: "said"; message: Message; usage: TokenUsage }
  | { type: "call"; call: ChatCall }
  /** What the model gets of a call; to be sent back as it is. */
  | { type: "answered"; message: Message; tokens: number; ms: number; outcome: string }
  | { type: "end"; reason: "done" | "waiting" | "steps" | "length" | "filtered" }
  | { type: "problem"; code: ModelErrorCode; message: string };

/**
 * Lets a model answer a conversation with the tools of a server, as a client would: its text as it comes, its calls, run by the verb that
 * tools are tried with, and what it says to their answers. Ends when it is done, when a call waits for the person, or after ten steps. What
 * refuses it is thrown before the first event. Nothing of it is stored.
 */
export async function* chat({
  ctx,
  input,
  egress,
  signal,
}: Call<ChatInput> & { egress: Egress; signal: AbortSignal }): AsyncGenerator<ChatEvent> {
  authorize(ctx, "server.write");
  const { serverId, providerId, on, profileId, from, messages, verdicts, ...asked } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const { provider, defaultModel } = await openProvider(ctx, providerId);
  await countRequest(ctx);
  const profile = await openTryProfile(ctx, server, profileId);
  const manifest = viewOf((await manifestToTry(ctx, server, on)).manifest, { limits: [], profile: profile?.view });
  const offered = offerTools(manifest, provider.kind);
  const run = await createRunner(ctx, server, manifest, { profileId, from, egress, signal });
  const model = asked.model ?? defaultModel;
  yield { type: "begin", model, tools: manifest.tools.length, dialect: offered.dialect };

  const { said, open } = openConversation(messages as Message[]);
  const turn = { offered, run, isReal: from === "api" };
  // The person's word is on the calls that they saw, and on none that the model wants after them.
  if (open.length > 0 && (yield* answerCalls(open, said, { ...turn, verdicts })))
    return yield { type: "end", reason: "waiting" };
  for (let step = stepsOf(said); step < CHAT_STEPS_MAX; step++) {
    try {
      const events = runStep({
        ...{ provider, model, messages: said, tools: offered.tools, tokensMax: ANSWER_TOKENS_MAX, signal },
        ...{ system: manifest.instructions, fetch: modelFetch(egress) },
      });
      let calls: CallPart[] = [];
      let reason: "done" | "calls" | "length" | "filtered" = "done";
      for await (const event of events) {
        if (event.type === "text") yield event;
        else {
          const message: Message = { role: "assistant", parts: event.parts };
          said.push(message);
          yield { type: "said", message, usage: event.usage };
          calls = event.parts.filter((part) => part.type === "call");
          reason = event.reason;
        }
      }
      if (reason !== "calls") return yield { type: "end", reason };
      if (yield* answerCalls(calls, said, { ...turn, verdicts: {} })) return yield { type: "end", reason: "waiting" };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return yield { type: "problem", code: error.code, message: error.message };
    }
  }
  yield { type: "end", reason: "steps" };
}

interface Turn {
  offered: OfferedTools;
  run: Runner;
  verdicts: Readonly<Record<string, "run" | "decline">>;
  /** Whether calls reach the API. */
  isReal: boolean;
}

/** Answers the calls that need nobody's word, or have it; true when others are left. */
async function* answerCalls(
  calls: readonly CallPart[],
  said: Message[],
  { offered, run, verdicts, isReal }: Turn,
): AsyncGenerator<ChatEvent, boolean> {
  let isWaiting = false;
  for (const part of calls) {
    const wanted = await offered.want(part.tool, part.arguments);
    const call = describeCall(part, wanted, isReal);
    yield { type: "call", call };
    const verdict = Object.hasOwn(verdicts, part.id) ? verdicts[part.id] : undefined;
    if (call.mustAsk && verdict === undefined) {
      isWaiting = true;
      continue;
    }
    const begun = performance.now();
    const { result, outcome } = verdict === "decline" && call.mustAsk ? DECLINED : await run(wanted);
    const text = textFor(result);
    const message = answerTo(part, text, result.isError === true);
    said.push(message);
    yield {
      ...{ type: "answered", message, outcome },
      tokens: estimateTokens(text),
      ms: Math.round(performance.now() - begun),
    };
  }
  return isWaiting;
}

function describeCall({ id, tool: name, arguments: given }: CallPart, wanted: Wanted, isReal: boolean): ChatCall {
  if ("answer" in wanted) return { id, tool: name, operation: null, kind: null, arguments: given, mustAsk: false };
  const { tool, args } = wanted;
  const kind = toolKind(tool);
  const mustAsk = isReal && needsWord(tool);
  return { id, tool: tool.name, operation: tool.steps ? null : tool.operation, kind, arguments: args, mustAsk };
}

type Ran = { result: ToolResult; outcome: string };
type Runner = (wanted: Wanted) => Promise<Ran>;

const DECLINED: Ran = {
  outcome: "declined",
  result: {
    content: [
      {
        type: "text",
        text: "The person said no, so nothing was sent. Do not call this tool again for the same purpose unless they ask for it.",
      },
    ],
  },
};

/** Runs what a model wants as tools are tried: with the profile, the credentials and the shapes that hold for callers. */
async function createRunner(
  ctx: Ctx,
  server: ServerRow,
  places: Places,
  {
    signal,
    ...as
  }: { profileId: string | null | undefined; from: "api" | "sample" | "example"; egress: Egress; signal: AbortSignal },
): Promise<Runner> {
  const call = await createTryCall(ctx, server, as);
  return async (wanted) => {
    if ("answer" in wanted) return { result: wanted.answer, outcome: wanted.answer.isError ? "error" : "ok" };
    const { tool, args } = wanted;
    try {
      if (tool.steps) {
        const { result } = await runComposed(tool, args, { call, places, signal });
        return { result, outcome: result.isError ? "error" : "ok" };
      }
      const { tried } = await call({ tool, places }, args, { signal });
      return { result: tried.result, outcome: tried.outcome };
    } catch (error) {
      // There is no sample, or no example, to answer with.
      if (!(error instanceof AppError) || error.code !== "conflict") throw error;
      return { result: { content: [{ type: "text", text: error.message }], isError: true }, outcome: "blocked" };
    }
  };
}

/** A result as text, which is what every model reads. */
function textFor({ content }: ToolResult): string {
  return content
    .map((block) => {
      if (block.type === "text") return block.text;
      if (block.type === "resource_link") return `[A file: ${block.name}]`;
      const type = block.type === "resource" ? block.resource.mimeType : block.mimeType;
      return block.type === "resource" && block.resource.text
        ? block.resource.text
        : `[${block.type === "image" ? "An image" : block.type === "audio" ? "A sound" : "A file"}${type ? ` (${type})` : ""}, which this chat does not show to the model]`;
    })
    .join("\n");
}
