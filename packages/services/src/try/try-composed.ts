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
import type { Call } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { bindComposedTools, checkComposedTools, composedSchema } from "../server/composed-tools.ts";
import { placesOf, readDocuments } from "../server/documents.ts";
import { findServer } from "../server/find-server.ts";
import { readOverrides } from "../server/override.ts";
import type { Places } from "../server/places.ts";
import { createTryCall, type TriedCall, type TryCall } from "./try-call.ts";

const schema = z
  .object({
    serverId: z.string(),
    /** The tool, saved or not. */
    tool: composedSchema,
    arguments: z.record(z.string(), z.unknown()).default({}),
    profileId: z.string().max(100).nullish(),
    from: z.enum(["api", "example"]).default("api"),
  })
  .strict();

/** Of each answer this much is shown to write expressions by. */
const SHOWN_CHARS_MAX = 20_000;
/** Calls that are shown in full; the others are counted. */
const CALLS_SHOWN_MAX = 30;

export interface TriedStep extends StepTrace {
  /** What an expression finds under the step's name, as JSON; absent when it failed. */
  value?: string;
  made: Pick<TriedCall, "outcome" | "request" | "missingCredentials">[];
}

export interface TriedComposed {
  /** What the model gets. */
  result: ToolResult;
  steps: TriedStep[];
}

/** Runs a tool of several calls as a caller would, and shows what each step was asked and what it found. */
export async function tryComposed({
  ctx,
  input,
  egress,
}: Call<z.input<typeof schema>> & { egress: Egress }): Promise<TriedComposed> {
  authorize(ctx, "server.write");
  const { serverId, tool: composed, arguments: args, profileId, from } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const [compiled, overrides] = await Promise.all([
    readDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  checkComposedTools([composed], compiled);
  const [bound] = bindComposedTools([composed], compiled, overrides).tools;
  if (!bound) throw new AppError("internal", "A checked tool could not be bound.");
  const call = await createTryCall(ctx, server, { profileId, from, egress });
  return runComposed(bound, args, { call, places: placesOf(server.documents) });
}

/** Runs a tool of several calls that is bound to the tools that it calls. */
export async function runComposed(
  { steps = [], shape, inputSchema }: Tool,
  args: Record<string, unknown>,
  { call, places, signal }: { call: TryCall; places: Places; signal?: AbortSignal | undefined },
): Promise<TriedComposed> {
  const checked = createValidator({ cacheMax: 1 })("composed", inputSchema, args);
  if (!checked.ok) return { result: failed(checked.problems.map(({ message }) => message).join("\n")), steps: [] };
  const made = new Map<string, TriedStep["made"]>(steps.map(({ id }) => [id, []]));
  const ran = await runSteps({
    steps,
    input: checked.args,
    ...(signal ? { signal } : {}),
    call: async ({ id, tool }, given) => {
      const { tried, value } = await call({ tool, places }, given, { limits: { output: STEP_BUDGET }, signal });
      const { outcome, request, missingCredentials } = tried;
      const calls = made.get(id);
      if (calls && calls.length < CALLS_SHOWN_MAX)
        calls.push({ outcome, missingCredentials, ...(request ? { request } : {}) });
      if (outcome === "ok") return { ok: true, value: value ?? textOf(tried.result) };
      return { ok: false, text: textOf(tried.result) };
    },
  });
  return {
    result: ran.ok
      ? writeStepsResult(ran.values, shape, { last: steps.at(-1)?.id ?? "", notes: ran.notes })
      : failed(ran.text),
    steps: ran.trace.map((trace) => ({
      ...trace,
      made: made.get(trace.id) ?? [],
      ...(Object.hasOwn(ran.values, trace.id) ? { value: shown(ran.values[trace.id]) } : {}),
    })),
  };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value ?? null, null, 2);
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX).toWellFormed()}…` : text;
}

function failed(text: string): ToolResult {
  return { content: [{ type: "text", text }], isError: true };
}

/** What a model reads of a result. */
export function textOf({ content }: ToolResult): string {
  return content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
}
