import type { BoundStep } from "@portico/openapi";
import type { CallStep } from "@portico/services";
import { type CallOutcome, runSteps, type StepTrace, writeStepsResult } from "@portico/upstream";
import { type CallAbout, type CallApi, type CallOptions, type EndedCall, NO_API, withGiven } from "./api-call.ts";
import type { PersonalCall } from "./ask-person.ts";
import type { Serving } from "./servers.ts";

/** The calls of a tool of several, each as if it were a tool of its own, and one result. */
export async function makeSteps(
  { telemetry, validate }: Pick<CallOptions, "telemetry" | "validate">,
  serving: Serving,
  { settled, about, callApi }: { settled: PersonalCall; about: CallAbout; callApi: CallApi },
): Promise<EndedCall> {
  const { tool: composed, args, toolId } = settled;
  const { steps = [], shape, inputSchema, name } = composed;
  const { client, signal, dialect } = about;
  const checked = validate(toolId, inputSchema, args, dialect);
  if (!checked.ok)
    return { ...failedCall(checked.problems.map(({ message }) => message).join("\n")), outcome: "invalid_arguments" };
  const sum = { ...NO_API };
  const ends = new Map<string, StepEnd>();
  let failed: EndedCall | undefined;
  const ran = await runSteps({
    steps,
    input: checked.args,
    signal,
    call: async ({ id, tool }, given) => {
      const fitted = withGiven(serving, tool, given);
      if ("problem" in fitted) return { ok: false, text: fitted.problem };
      const call = { tool, toolId: `${toolId}/${id}`, args: fitted.args };
      const ended = await telemetry.span("tools/call step", { "mcp.tool": name, step: id }, () =>
        callApi(call, { client, signal, dialect: "full", isStep: true }),
      );
      sum.requestBytes += ended.requestBytes;
      sum.responseBytes += ended.responseBytes;
      sum.upstreamMs += ended.upstreamMs;
      sum.retries += ended.retries;
      noteEnd(ends, id, ended);
      if (ended.outcome === "ok") return { ok: true, value: ended.value ?? textOf(ended.result) };
      failed = ended;
      return { ok: false, text: textOf(ended.result) };
    },
  });
  const trace = ran.trace.map((step) => describeStep(step, steps, ends));
  if (!ran.ok)
    return {
      ...failedCall(ran.text),
      ...sum,
      steps: trace,
      outcome: failed?.outcome ?? "upstream_error",
      ...(failed?.status === undefined ? {} : { status: failed.status }),
      diagnostic: `It ended at step ${ran.trace.length} of ${steps.length}.`,
    };
  const result = writeStepsResult(ran.values, shape, { last: steps.at(-1)?.id ?? "", notes: ran.notes });
  return { ...sum, result, steps: trace, outcome: result.isError ? "upstream_error" : "ok" };
}

/** How the calls of a step ended: as the last one that failed, or else as the last one. */
interface StepEnd {
  outcome: string;
  status: number | undefined;
  retries: number;
}

function noteEnd(ends: Map<string, StepEnd>, id: string, { outcome, status, retries }: EndedCall): void {
  const before = ends.get(id);
  const sum = (before?.retries ?? 0) + retries;
  if (before && before.outcome !== "ok" && outcome === "ok") before.retries = sum;
  else ends.set(id, { outcome, status, retries: sum });
}

/** What is known of a step afterwards. One that made no call failed before it could, or had an empty list to go through. */
function describeStep(
  { id, operation, calls, failed, ms }: StepTrace,
  steps: readonly BoundStep[],
  ends: ReadonlyMap<string, StepEnd>,
): CallStep {
  const end = ends.get(id);
  const isEach = steps.find((step) => step.id === id)?.forEach !== undefined;
  return {
    ...{ id, operation, calls, failed },
    outcome: end?.outcome ?? (failed > 0 ? "blocked" : "ok"),
    ...(end?.status === undefined ? {} : { status: end.status }),
    durationMs: Math.round(ms * 100) / 100,
    retries: end?.retries ?? 0,
    ...(isEach ? { isEach } : {}),
  };
}

function failedCall(text: string) {
  return { result: { content: [{ type: "text" as const, text }], isError: true }, ...NO_API };
}

function textOf({ content }: CallOutcome["result"]): string {
  return content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
}
