import { isDeepStrictEqual } from "node:util";
import { annotationsOf } from "./transform/annotations.ts";
import type { Tool, ToolHints, ToolKind } from "./types.ts";

/**
 * What a person says that a call does; else what its hints say. To a person only a deletion destroys: MCP's `destructiveHint` also covers
 * overwriting, so that of a PUT or PATCH, which have it by themselves, it says nothing.
 */
export function toolKind({
  kind,
  annotations,
  operation,
  steps,
}: Pick<Tool, "kind" | "annotations" | "operation" | "steps">): ToolKind {
  if (kind) return kind;
  if (annotations.readOnlyHint) return "reading";
  if (steps) return steps.some(({ tool }) => toolKind(tool) === "destroying") ? "destroying" : "changing";
  const [method = ""] = operation.split(" ");
  const isOverwriting = method === "PUT" || method === "PATCH";
  // Its document alone cannot say that a DELETE destroys nothing: more is asked of who calls one.
  return method === "DELETE" || (annotations.destructiveHint && !isOverwriting) ? "destroying" : "changing";
}

/** What a method does when nobody says otherwise. RFC 9110 §9.2. */
export function methodKind(method: string): ToolKind {
  return toolKind({ annotations: annotationsOf(method, undefined), operation: method });
}

/** Whether a tool can be called once more for the rest of its answer: it only reads, and its answer has a body. */
export function isAskedAgain(tool: Pick<Tool, "kind" | "annotations" | "operation" | "steps" | "plan">): boolean {
  return toolKind(tool) === "reading" && tool.plan.method !== "HEAD";
}

/** Whether a call can be made once more when nobody knows what became of the first. MCP: `idempotentHint` is of what does not only read. */
export function isRepeatable({ annotations }: Pick<Tool, "annotations">): boolean {
  return annotations.readOnlyHint || annotations.idempotentHint;
}

/** The tool as a person says that it is. What only reads can be repeated and destroys nothing; what reads no more can only be repeated where that is said. */
export function withHints<T extends Pick<Tool, "annotations" | "operation">>(
  tool: T,
  hints: Partial<ToolHints> | undefined,
): T & Pick<Tool, "kind"> {
  if (!hints) return tool;
  const said = tool.annotations;
  const openWorldHint = hints.openWorldHint ?? said.openWorldHint;
  const readOnlyHint = hints.readOnlyHint ?? (said.readOnlyHint && hints.destructiveHint !== true);
  const isNew = said.readOnlyHint && !readOnlyHint;
  const annotations = readOnlyHint
    ? { ...said, readOnlyHint, destructiveHint: false, idempotentHint: true, openWorldHint }
    : {
        ...said,
        readOnlyHint,
        destructiveHint: hints.destructiveHint ?? (!isNew && said.destructiveHint),
        idempotentHint: hints.idempotentHint ?? (!isNew && said.idempotentHint),
        openWorldHint,
      };
  const isSaid = hints.readOnlyHint !== undefined || hints.destructiveHint !== undefined;
  const { kind: _before, ...rest } = tool as T & Pick<Tool, "kind">;
  // What is spread is T but for its kind, which TypeScript cannot see of a type that it does not know.
  const hinted = { ...rest, annotations } as unknown as T & Pick<Tool, "kind">;
  if (!isSaid) return hinted;
  const kind = readOnlyHint
    ? "reading"
    : hints.destructiveHint === undefined
      ? toolKind(hinted)
      : hints.destructiveHint
        ? "destroying"
        : "changing";
  return { ...hinted, kind };
}

/** Whether hints say of a tool anything that its document does not. */
export function saysMore(tool: Pick<Tool, "annotations" | "operation">, hints: Partial<ToolHints>): boolean {
  const said = withHints(tool, hints);
  if (toolKind(said) !== toolKind(tool) || said.annotations.openWorldHint !== tool.annotations.openWorldHint)
    return true;
  // Of what only reads, the others mean nothing.
  return toolKind(said) !== "reading" && !isDeepStrictEqual(said.annotations, tool.annotations);
}
