import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import type { CallTool, ToolResult } from "@portico/mcp";
import { compile, load } from "@portico/openapi";
import { createToolSearch } from "@portico/services";
import { createValidator } from "@portico/upstream";
import { describe, expect, it } from "vitest";
import type { Serving } from "./servers.ts";
import { throughSearch } from "./tool-search.ts";

const file = resolve(import.meta.dirname, "../../../../../shared/corpus/dev/kubernetes-2.0.json.gz");
const isThere = existsSync(file);
if (!isThere) console.log("tool-search.test.ts: skipped, there is no ../shared/corpus");

/** How often others get their turn while the index is built, at the least: a count, since a busy machine makes each turn longer. */
const TURNS_MIN = 5;

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
    const recorded: string[] = [];
    const record = ({ name }: { name: string }, _durationMs: number, outcome: string) =>
      void recorded.push(`${name} ${outcome}`);
    const through = throughSearch({ serving, validate: createValidator(), record }, run);
    const ask = async (name: string, args: object) => {
      const client = { protocolVersion: "2025-11-25", era: "legacy" as const };
      const signal = new AbortController().signal;
      const call = { name, args, signal, client, requestId: 1, replies: {}, onProgress: () => {} };
      return (await through(call as unknown as Parameters<CallTool>[0])) as ToolResult;
    };
    const read = ({ content }: ToolResult) => JSON.parse((content[0] as { text: string }).text);

    const others = countTurns();
    const started = performance.now();
    const first = await ask("search_tools", { query: "list pods in a namespace", limit: 3 });
    const firstMs = performance.now() - started;
    const { turns, longestMs } = others.stop();
    const again = performance.now();
    await ask("search_tools", { query: "list pods in a namespace", limit: 3 });
    const againMs = performance.now() - again;
    console.log(
      `first search ${firstMs.toFixed(0)} ms, longest block ${longestMs.toFixed(0)} ms, next search ${againMs.toFixed(1)} ms`,
    );

    expect(read(first).tools.map((tool: { name: string }) => tool.name)).toContain("listCoreV1NamespacedPod");
    expect(turns).toBeGreaterThanOrEqual(TURNS_MIN);
    const described = read(await ask("describe_tools", { names: ["listCoreV1NamespacedPod"] }));
    expect(described.tools[0].inputSchema.required).toContain("namespace");
    await ask("call_tool", { name: "listCoreV1NamespacedPod", arguments: { namespace: "default" } });
    expect(called).toEqual([{ name: "listCoreV1NamespacedPod", args: { namespace: "default" } }]);
    await ask("call_tool", { name: "list_pods" });
    // What `call_tool` hands on is recorded where it is run, under its real name.
    expect(recorded).toEqual([
      "search_tools ok",
      "search_tools ok",
      "describe_tools ok",
      "call_tool invalid_arguments",
    ]);
  });
});

/** Something else that wants the event loop: how often it got it, and the longest it waited. */
function countTurns() {
  let turns = 0;
  let longestMs = 0;
  let isOn = true;
  let last = performance.now();
  const turn = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    turns++;
    if (isOn) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop() {
      isOn = false;
      return { turns, longestMs };
    },
  };
}
