import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { gunzipSync } from "node:zlib";
import type { CallTool, ToolResult } from "@portico/mcp";
import { compile, load } from "@portico/openapi";
import { createValidator } from "@portico/upstream";
import { describe, expect, it } from "vitest";
import type { Serving } from "./servers.ts";
import { createToolSearch, throughSearch } from "./tool-search.ts";

const file = resolve(import.meta.dirname, "../../../../../shared/corpus/dev/kubernetes-2.0.json.gz");
const isThere = existsSync(file);
if (!isThere) console.log("tool-search.test.ts: skipped, there is no ../shared/corpus");

/** The longest that anything else may wait, with room for what else this machine does. */
const BLOCKED_MS_MAX = 60;

describe.skipIf(!isThere)("the 1,123 tools of Kubernetes", () => {
  it("are found, described and called, and nobody waits for the index", async () => {
    const loaded = await load({ content: gunzipSync(readFileSync(file)) });
    if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
    const { tools } = compile(loaded.document);
    const called: unknown[] = [];
    const run: CallTool = async ({ name, args }) => {
      called.push({ name, args });
      return { content: [] };
    };
    const serving = {
      version: { dialect: "full" },
      tools: new Map(tools.map((tool) => [tool.name, tool])),
      search: createToolSearch("Kubernetes", tools),
    } as unknown as Pick<Serving, "version" | "tools" | "search">;
    const through = throughSearch(serving, createValidator(), run);
    const ask = async (name: string, args: object) => {
      const client = { protocolVersion: "2025-11-25", era: "legacy" as const };
      const signal = new AbortController().signal;
      const call = { name, args, signal, client, requestId: 1, replies: {}, onProgress: () => {} };
      return (await through(call as unknown as Parameters<CallTool>[0])) as ToolResult;
    };
    const read = ({ content }: ToolResult) => JSON.parse((content[0] as { text: string }).text);

    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const started = performance.now();
    const first = await ask("search_tools", { query: "list pods in a namespace", limit: 3 });
    const firstMs = performance.now() - started;
    delay.disable();
    const again = performance.now();
    await ask("search_tools", { query: "list pods in a namespace", limit: 3 });
    const againMs = performance.now() - again;
    console.log(
      `first search ${firstMs.toFixed(0)} ms, longest block ${(delay.max / 1e6).toFixed(0)} ms, next search ${againMs.toFixed(1)} ms`,
    );

    expect(read(first).tools.map((tool: { name: string }) => tool.name)).toContain("listCoreV1NamespacedPod");
    expect(delay.max / 1e6).toBeLessThan(BLOCKED_MS_MAX);
    const described = read(await ask("describe_tools", { names: ["listCoreV1NamespacedPod"] }));
    expect(described.tools[0].inputSchema.required).toContain("namespace");
    await ask("call_tool", { name: "listCoreV1NamespacedPod", arguments: { namespace: "default" } });
    expect(called).toEqual([{ name: "listCoreV1NamespacedPod", args: { namespace: "default" } }]);
  });
});
