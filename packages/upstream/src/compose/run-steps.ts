import type { StepArgument, ToolStep } from "@portico/openapi";
import { isObject, setOwn } from "../json.ts";
import { runExpression } from "../shape/expression.ts";
import type { Cancellation } from "../types.ts";

/** Calls of one step that is made for each item of a list; what the list has beyond is left out. */
export const EACH_MAX = 25;
/** What a step reads of an answer: more than a model would, since a later step or the shape takes parts of it. */
export const STEP_BUDGET = { textCharsMax: 2_000_000, arrayItemsMax: 5_000 };
/** Calls of one step that are under way together. */
const AT_ONCE = 4;

/** How one call of a step ended: with the value of its answer, or with what a model is told. */
export type StepOutcome = { ok: true; value: unknown } | { ok: false; text: string };

/** What a step did, for whoever looks at it: nothing of the answers. */
export interface StepTrace {
  id: string;
  operation: string;
  calls: number;
  failed: number;
  ms: number;
}

export type StepsResult =
  | { ok: true; values: Record<string, unknown>; notes: string[]; trace: StepTrace[] }
  | { ok: false; values: Record<string, unknown>; text: string; trace: StepTrace[] };

export interface StepsInput<Step extends ToolStep> {
  steps: readonly Step[];
  /** What the model filled in. */
  input: Record<string, unknown>;
  call: (step: Step, args: Record<string, unknown>) => Promise<StepOutcome>;
  signal?: Cancellation | undefined;
}

/**
 * Makes the calls of a tool of several steps, one step after the other, each with what the earlier ones answered. A step that fails ends the
 * tool; of a step for each item of a list, some may fail: their answers are null, and a note says how many. `values` has the input and the
 * answer of each step by its id. Never rejects unless `call` does.
 */
export async function runSteps<Step extends ToolStep>({
  steps,
  input,
  call,
  signal,
}: StepsInput<Step>): Promise<StepsResult> {
  const values: Record<string, unknown> = { input };
  const trace: StepTrace[] = [];
  const notes: string[] = [];
  let chars = JSON.stringify(input).length;
  for (const [index, step] of steps.entries()) {
    if (signal?.aborted) return { ok: false, text: "The call was cancelled.", values, trace };
    const started = performance.now();
    const done: StepTrace = { id: step.id, operation: step.operation, calls: 0, failed: 0, ms: 0 };
    trace.push(done);
    const where = `Step ${index + 1} of ${steps.length} (${step.id})`;
    const failed = (text: string): StepsResult => ({ ok: false, text: `${where}: ${text}`, values, trace });
    const make = async (context: Record<string, unknown>): Promise<StepOutcome> => {
      const args = argumentsOf(step.arguments, context, chars);
      if ("problem" in args) return { ok: false, text: args.problem };
      done.calls++;
      return call(step, args.values);
    };
    if (step.forEach === undefined) {
      const outcome = await make(values);
      done.ms = performance.now() - started;
      if (!outcome.ok) {
        done.failed++;
        return failed(outcome.text);
      }
      setOwn(values, step.id, outcome.value);
    } else {
      const found = runExpression(step.forEach, values, chars);
      if ("problem" in found) return failed(`the list that it goes through could not be found: ${found.problem}`);
      const list = found.value ?? [];
      if (!Array.isArray(list)) return failed(`"${step.forEach}" finds ${kindOf(list)} and no list to go through.`);
      const items = list.slice(0, EACH_MAX);
      if (list.length > items.length)
        notes.push(`${where} went through the first ${EACH_MAX} of ${list.length} items.`);
      const outcomes = await inTurns(items, (item) => make({ ...values, item }));
      const problems = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.text]));
      done.failed = problems.length;
      done.ms = performance.now() - started;
      if (items.length > 0 && problems.length === items.length) return failed(problems[0] ?? "");
      if (problems.length > 0)
        notes.push(`${where}: ${problems.length} of ${items.length} calls failed. The first: ${problems[0]}`);
      setOwn(
        values,
        step.id,
        outcomes.map((outcome) => (outcome.ok ? outcome.value : null)),
      );
    }
    chars += JSON.stringify(values[step.id] ?? null).length;
  }
  return { ok: true, values, notes, trace };
}

function argumentsOf(
  given: Record<string, StepArgument>,
  context: Record<string, unknown>,
  chars: number,
): { values: Record<string, unknown> } | { problem: string } {
  const values: Record<string, unknown> = {};
  for (const [name, argument] of Object.entries(given)) {
    if ("value" in argument) {
      setOwn(values, name, argument.value);
      continue;
    }
    const found = runExpression(argument.from, context, chars);
    if ("problem" in found) return { problem: `"${name}" could not be found by ${argument.from}: ${found.problem}` };
    // What was not found is left out, as a model would leave it out.
    if (found.value !== null) setOwn(values, name, found.value);
  }
  return { values };
}

async function inTurns<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}

function kindOf(value: unknown): string {
  return isObject(value) ? "an object" : `a ${typeof value}`;
}
