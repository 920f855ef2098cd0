import { type Tool, toolKind } from "@portico/openapi";
import { z } from "zod";
import { AppError } from "../error.ts";

const OPERATIONS_MAX = 20_000;

/** Which tools of a server somebody may use: all of them, those that only read, or those of a chosen set of operations. */
export const toolGrantSchema = z.union(
  [
    z.enum(["all", "reading"]),
    z.object({ operations: z.array(z.string().min(1).max(2_048)).max(OPERATIONS_MAX) }).strict(),
  ],
  { error: 'use "all", "reading" or {"operations": ["GET /path", …]}' },
);
export type ToolGrant = z.output<typeof toolGrantSchema>;

/** What a tool has to be to be let through: a reading one, where those are, or one of these operations. */
export interface ToolLimit {
  hasReading: boolean;
  operations: readonly string[];
}

/** What several grants give together; null: every tool. */
export function limitOf(grants: readonly ToolGrant[]): ToolLimit | null {
  if (grants.includes("all")) return null;
  const operations = grants.flatMap((grant) => (typeof grant === "string" ? [] : grant.operations));
  return { hasReading: grants.includes("reading"), operations: [...new Set(operations)].sort() };
}

/** Whether every one of these limits lets a tool through. One that makes several calls takes that each of these may be made. */
export function isToolAllowed(
  limits: readonly ToolLimit[],
  tool: Pick<Tool, "kind" | "operation" | "annotations" | "steps">,
): boolean {
  const { operation, steps } = tool;
  if (steps) return steps.every((step) => isToolAllowed(limits, step.tool));
  const isReading = toolKind(tool) === "reading";
  return limits.every(({ hasReading, operations }) => (hasReading && isReading) || operations.includes(operation));
}

/** Refuses a grant of operations that no document has. */
export function checkToolGrant(grant: ToolGrant, isKnown: (operation: string) => boolean): void {
  if (typeof grant === "string") return;
  const unknown = grant.operations.filter((operation) => !isKnown(operation));
  if (unknown.length === 0) return;
  const message = `the document has no operation ${unknown.slice(0, 3).join(", ")}`;
  throw new AppError("invalid_input", `tools: ${message}`, { issues: [{ field: "tools", message }] });
}
