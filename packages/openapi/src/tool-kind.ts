import type { Tool } from "./types.ts";

/** What a call does to the API's data: the three meanings that people choose tools by. */
export type ToolKind = "reading" | "changing" | "destroying";

/** MCP's `destructiveHint` also covers overwriting; to a person only a deletion destroys. */
export function toolKind({
  annotations,
  operation,
  steps,
}: Pick<Tool, "annotations" | "operation" | "steps">): ToolKind {
  if (annotations.readOnlyHint) return "reading";
  if (steps?.some(({ tool }) => toolKind(tool) === "destroying")) return "destroying";
  return operation.startsWith("DELETE ") ? "destroying" : "changing";
}
