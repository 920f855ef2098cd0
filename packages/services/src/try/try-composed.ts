import type { Tool } from "@portico/openapi";
import {
  createValidator,
  type Egress,
  runSteps,
  STEP_BUDGET,
  type StepTrace,
  type ToolResult,
  writeStepsResult,
} from "@portico/upstream";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import {
  bindComposedTools,
  COMPOSED,
  type ComposedTool,
  checkComposedTools,
  composedSchema,
} from "../server/composed-tools.ts";
import { placesOf, readDocuments } from "../server/documents.ts";
import { findServer, type ServerRow } from "../server/find-server.ts";
import { readOverrides } from "../server/override.ts";
import type { Places } from "../server/places.ts";
import { tokensOf } from "./answer.ts";
import { type ToolToTry, toolToTry } from "./tool-to-try.ts";
import { createTryCall, refused, type TriedCall, type TryCall } from "./try-call.ts";

const schema = z
  .object({
    serverId: z.string(),
    /** The tool as it stands, saved or not; or else the `name` of one that is there. */
    tool: composedSchema.optional(),
    name: z.string().min(1).max(200).optional(),
    /** Which state of the server one with a name is taken from; one that is given is bound to the draft's tools. */
    on: z.enum(["draft", "published"]).default("draft"),
    arguments: z.record(z.string(), z.unknown()).default({}),
    profileId: z.string().max(100).nullish(),
    /** Where the answer of each step comes from: the API, the sample that was kept of its tool, or what the document says that answers look like. */
    from: z.enum(["api", "sample", "example"]).default("api"),
  })
  .strict()
  .refine(({ tool, name }) => (tool === undefined) !== (name === undefined), {
    message: 'give either the "tool" itself, or the "name" of one that the server has',
    path: ["tool"],
  })
  .refine(({ tool, on }) => tool === undefined || on === "draft", {
    message: 'a tool that is given stands for the draft: give the "name" of the published one',
    path: ["on"],
  });

/** Of each answer this much is shown to write expressions by. */
const SHOWN_CHARS_MAX = 20_000;
/** Calls that are shown in full, with their answers; of the others what they were asked, and all are counted. */
const CALLS_SHOWN_MAX = 30;
const ANSWERS_SHOWN_MAX = 3;

export interface TriedStep extends StepTrace {
  /** What an expression finds under the step's name, as JSON; absent when it failed. */
  value?: string;
  /** Its calls in the order in which they ended: at most 30, and of the first three the answers, each cut off. */
  made: TriedCall[];
}

export interface TriedComposed {
  /** What the model gets. */
  result: ToolResult;
  steps: TriedStep[];
  /** What all answers would cost a model that made the calls itself, and what the one result does. */
  tokens: { raw: number; shaped: number };
  /** From the first call to the result. */
  ms: number;
}

export type TryComposedInput = z.input<typeof schema>;

/**
 * Runs a tool of several calls as a caller would, and shows what each step was asked, what the API answered and what the step found. With
 * `from: "sample"` or `"example"` nothing is sent.
 */
export async function tryComposed({
  ctx,
  input,
  egress,
}: Call<TryComposedInput> & { egress: Egress }): Promise<TriedComposed> {
  authorize(ctx, "server.write");
  const { serverId, tool, name, on, arguments: args, profileId, from } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const bound = await composedToTry(ctx, server, { tool, name, on });
  const call = await createTryCall(ctx, server, { profileId, from, egress });
  return runComposed(bound.tool, args, { call, places: bound.places });
}

/** A tool of several calls, bound to the tools that it calls: as it is given, drafted, or served. */
async function composedToTry(
  ctx: Ctx,
  server: ServerRow,
  { tool: given, name = "", on }: Pick<z.output<typeof schema>, "tool" | "name" | "on">,
): Promise<ToolToTry> {
  if (on === "published") return toolToTry(ctx, server, { on, operation: `${COMPOSED} ${name}` });
  // Written through composedToolsSchema only.
  const drafted = server.composedTools as unknown as ComposedTool[];
  const composed = given ?? drafted.find((one) => one.name === name);
  if (!composed)
    throw new AppError("not_found", `The draft has no own tool "${name}". Own tools has those that there are.`);
  const [compiled, overrides] = await Promise.all([
    readDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  checkComposedTools([composed], compiled);
  const [tool] = bindComposedTools([composed], compiled, overrides).tools;
  if (!tool) throw new AppError("internal", "A checked tool could not be bound.");
  return { tool, places: placesOf(server.documents) };
}

/** Runs a tool of several calls that is bound to the tools that it calls. */
export async function runComposed(
  { steps = [], shape, inputSchema }: Tool,
  args: Record<string, unknown>,
  { call, places, signal }: { call: TryCall; places: Places; signal?: AbortSignal | undefined },
): Promise<TriedComposed> {
  const started = performance.now();
  const checked = createValidator({ cacheMax: 1 })("composed", inputSchema, args);
  if (!checked.ok) {
    const result = failed(checked.problems.map(({ message }) => message).join("\n"));
    return { result, steps: [], tokens: { raw: 0, shaped: tokensOf(result) }, ms: 0 };
  }
  const made = new Map<string, TriedStep["made"]>(steps.map(({ id }) => [id, []]));
  let raw = 0;
  const ran = await runSteps({
    steps,
    input: checked.args,
    ...(signal ? { signal } : {}),
    call: async ({ id, tool }, given) => {
      const { tried, value } = await orNoExample(() =>
        call({ tool, places }, given, { limits: { output: STEP_BUDGET }, signal }),
      );
      raw += tried.view?.tokens.raw ?? 0;
      const calls = made.get(id) ?? [];
      if (calls.length < CALLS_SHOWN_MAX) calls.push(shownCall(tried, calls.length < ANSWERS_SHOWN_MAX));
      if (tried.outcome === "ok") return { ok: true, value: value ?? textOf(tried.result) };
      return { ok: false, text: textOf(tried.result) };
    },
  });
  const result = ran.ok
    ? writeStepsResult(ran.values, shape, { last: steps.at(-1)?.id ?? "", notes: ran.notes })
    : failed(ran.text);
  return {
    result,
    tokens: { raw, shaped: tokensOf(result) },
    ms: performance.now() - started,
    steps: ran.trace.map((trace) => ({
      ...trace,
      made: made.get(trace.id) ?? [],
      ...(Object.hasOwn(ran.values, trace.id) ? { value: shown(ran.values[trace.id]) } : {}),
    })),
  };
}

/** A step whose tool has no sample or example ends the tool as an API would that refuses: with words, and beside the steps before it. */
async function orNoExample(work: () => ReturnType<TryCall>): ReturnType<TryCall> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
    return { tried: refused(error.message), value: null };
  }
}

/** A call as it is shown among others: without its fields to choose from, and its texts cut off. */
function shownCall({ answer, result, view, ...tried }: TriedCall, hasAnswer: boolean): TriedCall {
  if (!hasAnswer) return { ...tried, result: { content: [], ...(result.isError ? { isError: true } : {}) } };
  return {
    ...tried,
    ...(answer
      ? {
          answer: {
            ...answer,
            body: answer.body.slice(0, SHOWN_CHARS_MAX).toWellFormed(),
            isCut: answer.isCut || answer.body.length > SHOWN_CHARS_MAX,
          },
        }
      : {}),
    result: {
      content: [{ type: "text", text: cut(textOf(result)) }],
      ...(result.isError ? { isError: true } : {}),
    },
    ...(view ? { view: { tokens: view.tokens } } : {}),
  };
}

function shown(value: unknown): string {
  return cut(JSON.stringify(value ?? null, null, 2));
}

function cut(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX).toWellFormed()}…` : text;
}

function failed(text: string): ToolResult {
  return { content: [{ type: "text", text }], isError: true };
}

/** What a model reads of a result. */
export function textOf({ content }: ToolResult): string {
  return content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
}
