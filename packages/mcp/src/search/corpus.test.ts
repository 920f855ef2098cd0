import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { compile, load } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import { kubernetes, stripe } from "./expectations.ts";
import { buildSearchIndex } from "./search-index.ts";

const corpus = resolve(import.meta.dirname, "../../../../../shared/corpus/dev");
const isThere = existsSync(corpus);
if (!isThere) console.log("search/corpus.test.ts: skipped, there is no ../shared/corpus");

/** How many of the expected tools have to be among the first three. */
const HITS_MIN = 0.85;
const BUILD_MS_MAX = 300;

describe.skipIf(!isThere)("real documents", () => {
  it.each([
    { file: "kubernetes-2.0.json.gz", expected: kubernetes },
    { file: "stripe-3.0.yaml.gz", expected: stripe },
  ])("$file: what is asked for is among the first three", async ({ file, expected }) => {
    const loaded = await load({ content: gunzipSync(readFileSync(resolve(corpus, file))) });
    if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
    const { tools } = compile(loaded.document);
    const begun = process.threadCpuUsage();
    const index = await buildSearchIndex(tools);
    const { user, system } = process.threadCpuUsage(begun);
    const buildMs = (user + system) / 1_000;
    const names = new Set(tools.map(({ name }) => name));
    const missed: string[] = [];
    let slowestMs = 0;
    for (const [query, wanted] of Object.entries(expected)) {
      for (const name of wanted) expect(names, query).toContain(name);
      const asked = performance.now();
      const found = index.search({ text: query, limit: 3 });
      slowestMs = Math.max(slowestMs, performance.now() - asked);
      if (!found.some(({ name }) => wanted.includes(name))) missed.push(`${query}: ${found.map(({ name }) => name)}`);
    }
    const asked = Object.keys(expected).length;
    const share = 1 - missed.length / asked;
    console.log(
      `${file}: ${tools.length} tools, index in ${buildMs.toFixed(0)} ms, slowest search ${slowestMs.toFixed(1)} ms, ${asked - missed.length} of ${asked} in the first three`,
    );
    expect(share, missed.join("; ")).toBeGreaterThanOrEqual(HITS_MIN);
    // With room for a machine that does something else at the same time.
    expect(buildMs).toBeLessThan(BUILD_MS_MAX * 3);
  });
});
