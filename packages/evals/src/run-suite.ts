import { judge, type ToolAnswer } from "./judge.ts";
import type { EvalSuite } from "./suite.ts";

export interface CaseResult {
  name: string;
  tool: string;
  isPassed: boolean;
  /** Why it did not pass. */
  faults: string[];
  durationMs: number;
}

export interface EvalRun {
  suite: string;
  results: CaseResult[];
  passed: number;
  failed: number;
}

/**
 * Runs the cases one after the other against whatever `callTool` reaches, and judges each answer. A call that cannot be made at all
 * fails its own case and no other.
 */
export async function runSuite(
  suite: EvalSuite,
  io: {
    callTool: (tool: string, args: Record<string, unknown>) => Promise<ToolAnswer>;
    now: () => number;
    onResult?: (result: CaseResult) => void;
  },
): Promise<EvalRun> {
  const results: CaseResult[] = [];
  for (const { name, call, expect } of suite.cases) {
    const startedAt = io.now();
    let faults: string[];
    try {
      const answer = await io.callTool(call.tool, call.args);
      faults = judge(expect, answer, io.now() - startedAt);
    } catch (error) {
      faults = [`It could not be called: ${error instanceof Error ? error.message : String(error)}`];
    }
    const result = { name, tool: call.tool, isPassed: faults.length === 0, faults, durationMs: io.now() - startedAt };
    results.push(result);
    io.onResult?.(result);
  }
  const passed = results.filter(({ isPassed }) => isPassed).length;
  return { suite: suite.name, results, passed, failed: results.length - passed };
}
