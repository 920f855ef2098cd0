import type { Tool } from "../types.ts";
import type { Finding } from "./finding.ts";

export type Grade = "A" | "B" | "C" | "D" | "E" | "F";

export interface Graded {
  grade: Grade;
  /** Out of 100. */
  score: number;
}

/** What one finding takes away. */
const COSTS: Record<Finding["severity"], number> = { info: 4, warning: 12, error: 40 };
/** What all findings of one kind take away from a tool: ten parameters that nobody describes are one mistake. */
const KIND_COST_MAX = 25;
const BOUNDS: [Grade, number][] = [
  ["A", 90],
  ["B", 80],
  ["C", 65],
  ["D", 50],
  ["E", 35],
];

/** A grade for every tool, by operation, and one for all of them. A tool whose text tries to steer the model has the worst. */
export function gradeTools(
  tools: readonly Pick<Tool, "operation">[],
  findings: readonly Finding[],
): Graded & { tools: Record<string, Graded> } {
  const byOperation = new Map<string | undefined, Finding[]>();
  for (const finding of findings)
    byOperation.set(finding.operation, [...(byOperation.get(finding.operation) ?? []), finding]);
  const graded = new Map(tools.map(({ operation }) => [operation, gradeOf(byOperation.get(operation) ?? [])]));
  const scores = [...graded.values()].map(({ score }) => score);
  const mean = scores.length === 0 ? 100 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const score = Math.max(0, Math.round(mean - costOf(byOperation.get(undefined) ?? [])));
  // One tool that cannot be trusted is one in every conversation.
  const isSuspicious = findings.some(({ code }) => code === "suspicious-text");
  const total = isSuspicious ? Math.min(score, 34) : score;
  return { ...toGraded(total), tools: Object.fromEntries(graded) };
}

function gradeOf(findings: readonly Finding[]): Graded {
  if (findings.some(({ code }) => code === "suspicious-text")) return { grade: "F", score: 0 };
  return toGraded(Math.max(0, 100 - costOf(findings)));
}

function costOf(findings: readonly Finding[]): number {
  const byCode = new Map<string, number>();
  for (const { code, severity } of findings) {
    const most = Math.max(KIND_COST_MAX, COSTS[severity]);
    byCode.set(code, Math.min(most, (byCode.get(code) ?? 0) + COSTS[severity]));
  }
  return [...byCode.values()].reduce((sum, cost) => sum + cost, 0);
}

function toGraded(score: number): Graded {
  return { grade: BOUNDS.find(([, least]) => score >= least)?.[0] ?? "F", score };
}
