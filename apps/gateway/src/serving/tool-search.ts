import { type CallTool, selectDialect } from "@portico/mcp";
import { askToolSearch } from "@portico/services";
import type { CallOutcome, Validate } from "@portico/upstream";
import type { Serving } from "./servers.ts";

interface ThroughSearchOptions {
  serving: Pick<Serving, "version" | "tools" | "search">;
  validate: Validate;
  /** Notes a call that reached no API. */
  record: (call: Parameters<CallTool>[0], durationMs: number, outcome: CallOutcome["outcome"]) => void;
}

/**
 * In search mode, answers the tools that find others, and hands what `call_tool` names to the very function that runs a listed tool, which
 * records it under its real name.
 */
export function throughSearch({ serving, validate, record }: ThroughSearchOptions, callTool: CallTool): CallTool {
  const { version, tools, search } = serving;
  if (!search) return callTool;
  return async (call) => {
    // Real names work as they always do: clients remember them.
    if (!search.front.has(call.name)) return callTool(call);
    const startedAt = performance.now();
    const dialect = selectDialect(version, call.client);
    const found = await askToolSearch(search, call, { tools, dialect, validate });
    if ("call" in found) return callTool({ ...call, ...found.call });
    record(call, performance.now() - startedAt, found.answer.isError ? "invalid_arguments" : "ok");
    return found.answer;
  };
}
