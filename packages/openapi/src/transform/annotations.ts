import type { ToolAnnotations } from "../types.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS", "QUERY", "TRACE"]);
const REPEATABLE = new Set([...READS, "PUT", "DELETE"]);
const DESTROYS = new Set(["PUT", "PATCH", "DELETE"]);

/** MCP tool annotations, from the HTTP method alone (RFC 9110 §9.2), unless the author says otherwise in `x-mcp`. */
export function annotationsOf(method: string, title: string | undefined): ToolAnnotations {
  return {
    ...(title === undefined ? {} : { title }),
    readOnlyHint: READS.has(method),
    destructiveHint: DESTROYS.has(method),
    idempotentHint: REPEATABLE.has(method),
    openWorldHint: true,
  };
}
