import { judge } from "@portico/evals";
import type { Egress, ToolResult } from "@portico/upstream";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { findServer } from "../server/find-server.ts";
import { manifestToTry } from "../try/manifest-to-try.ts";
import { needsWord } from "../try/needs-word.ts";
import { createTryCall } from "../try/try-call.ts";
import { runComposed } from "../try/try-composed.ts";
import { argumentsOf, type CaseRow, EVAL_CASES_MAX, expectOf, findTool, readCases, toolIsGone } from "./eval-cases.ts";
import type { LastRun } from "./last-run.ts";

/** After this much time no further case is begun: nobody holds a request for longer. */
const RUN_MS_MAX = 100_000;

const schema = z
  .object({
    serverId: z.string(),
    /** Ids of cases; all of them when left out. */
    cases: z.array(z.string().max(100)).min(1, "name a case, or leave it out for all").max(EVAL_CASES_MAX).optional(),
    /** Which state of the server. */
    on: z.enum(["draft", "published"]).default("draft"),
    /** Runs with this profile; without one with what a caller has who chose none. */
    profileId: z.string().max(100).nullish(),
    /** Where answers come from, as tools are tried. */
    from: z.enum(["api", "sample", "example"]).default("api"),
    /** The person's word that calls are sent which change or destroy something, or which a person is to be asked about. */
    mayChange: z.boolean().default(false),
  })
  .strict();
export type RunEvalsInput = z.input<typeof schema>;

export interface EvalResult {
  id: string;
  name: string;
  tool: string;
  state: "passed" | "failed" | "notRun";
  /** Why it did not pass or was not run, a sentence each. */
  faults: string[];
  durationMs: number;
  at: string;
}

export interface EvalRunView {
  on: "draft" | "published";
  /** The version that was run; null for the draft. */
  version: number | null;
  results: EvalResult[];
  passed: number;
  failed: number;
  notRun: number;
}

/**
 * Runs cases of a server one after the other as their tools are tried, and keeps with each how it ended. What changes, destroys or asks first
 * is not sent without a person's word. With the kept sample or the document's example nothing is sent.
 */
export async function runEvals({
  ctx,
  input,
  egress,
  signal,
}: Call<RunEvalsInput> & { egress: Egress; signal?: AbortSignal }): Promise<EvalRunView> {
  authorize(ctx, "server.write");
  const { serverId, cases, on, profileId, from, mayChange } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const rows = await readCases(ctx, server);
  const wanted = cases ? rows.filter(({ id }) => cases.includes(id)) : rows;
  if (cases && wanted.length < new Set(cases).size) throw notFound("eval case");
  const { manifest, version } = await manifestToTry(ctx, server, on);
  const call = await createTryCall(ctx, server, { profileId, from, egress });
  const where = version === null ? "The draft" : `Version ${version}`;
  const begunAt = performance.now();

  const run = async (row: CaseRow): Promise<EvalResult> => {
    const tool = findTool(row, manifest.tools);
    const named = { id: row.id, name: row.name, tool: tool?.name ?? row.tool };
    const ended = (state: EvalResult["state"], faults: string[], durationMs = 0): EvalResult => ({
      ...named,
      ...{ state, faults, durationMs: Math.round(durationMs), at: new Date().toISOString() },
    });
    if (!tool) return ended("failed", [toolIsGone(row, where)]);
    if (from === "api" && !mayChange && needsWord(tool))
      return ended("notRun", [
        "It changes something at the API, or asks before each call. Say that it may, or run it with the sample or the document’s example.",
      ]);
    if (signal?.aborted || performance.now() - begunAt > RUN_MS_MAX)
      return ended("notRun", [`The run took longer than ${RUN_MS_MAX / 1_000} s. Run this one by itself.`]);
    const startedAt = performance.now();
    try {
      const args = argumentsOf(row);
      const result: ToolResult = tool.steps
        ? (await runComposed(tool, args, { call, places: manifest, signal })).result
        : (await call({ tool, places: manifest }, args, { signal })).tried.result;
      const durationMs = performance.now() - startedAt;
      const faults = judge(expectOf(row), asAnswer(result), durationMs);
      return ended(faults.length === 0 ? "passed" : "failed", faults, durationMs);
    } catch (error) {
      // There is no sample, or no example, to answer with.
      if (!(error instanceof AppError) || error.code !== "conflict") throw error;
      return ended("notRun", [error.message]);
    }
  };

  const results: EvalResult[] = [];
  for (const row of wanted) {
    const result = await run(row);
    results.push(result);
    if (result.state === "notRun") continue;
    const { faults, durationMs, at } = result;
    const lastRun: LastRun = {
      ...{ at, on },
      ...(version === null ? { lock: server.lock } : { version }),
      ...{ from, isPassed: result.state === "passed", faults, durationMs },
    };
    // A case that somebody changed meanwhile was not the one that was run.
    await ctx.db.evalCase.updateMany({
      where: { id: row.id, changedAt: row.changedAt },
      data: { lastRun: { ...lastRun } },
    });
  }
  const count = (state: EvalResult["state"]) => results.filter((one) => one.state === state).length;
  return { on, version, results, passed: count("passed"), failed: count("failed"), notRun: count("notRun") };
}

function asAnswer({ content, structuredContent, isError }: ToolResult) {
  return {
    content: content.map((block) => ({ type: block.type, ...(block.type === "text" ? { text: block.text } : {}) })),
    structuredContent,
    isError: isError === true,
  };
}
