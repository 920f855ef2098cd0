import { type CallTool, selectDialect } from "@portico/mcp";
import { askToolSearch } from "@portico/services";
import type { Validate } from "@portico/upstream";
import type { Serving } from "./servers.ts";

/** In search mode, answers the tools that find others, and hands what `call_tool` names to the very function that runs a listed tool. */
export function throughSearch(
  { version, tools, search }: Pick<Serving, "version" | "tools" | "search">,
  validate: Validate,
  callTool: CallTool,
): CallTool {
  if (!search) return callTool;
  return async (call) => {
    // Real names work as they always do: clients remember them.
    if (!search.front.has(call.name)) return callTool(call);
    const dialect = selectDialect(version, call.client);
    const found = await askToolSearch(search, call, { tools, dialect, validate });
    return "answer" in found ? found.answer : callTool({ ...call, ...found.call });
  };
}
