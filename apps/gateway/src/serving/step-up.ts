import { CALL_TOOL } from "@portico/mcp";
import { toolKind } from "@portico/openapi";
import type { Serving } from "./servers.ts";

/** Whether a request calls a tool that deletes: listed or found by search, alone or in a batch. MCP, "Step-Up Authorization Flow". */
export function callsDestroying({ tools, search }: Pick<Serving, "tools" | "search">, body: unknown): boolean {
  return (Array.isArray(body) ? body : [body]).some((message) => {
    const { method, params } = asObject(message);
    if (method !== "tools/call") return false;
    const { name, arguments: args } = asObject(params);
    const called = tools.get(String(search && name === CALL_TOOL ? asObject(args).name : name));
    return called !== undefined && toolKind(called) === "destroying";
  });
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
