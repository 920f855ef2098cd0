import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { load } from "../load/load.ts";
import { cpuTimer } from "../testing.ts";
import { lintTools } from "./lint.ts";

const folder = resolve(import.meta.dirname, "../../../../../shared/corpus/dev");
const isThere = existsSync(folder);
if (!isThere) console.log("lint/corpus.test.ts: skipped, there is no ../shared/corpus");

const files = isThere ? readdirSync(folder).filter((file) => /\.(?:json|ya?ml)(?:\.gz)?$/.test(file)) : [];
/** Kubernetes has 1,123 tools: a fifth of a second by itself, more beside other tests. */
const LINT_MS_MAX = 2_500;

describe.skipIf(!isThere)("real documents", () => {
  let operations = 0;
  const suspicious: string[] = [];

  it.each(files)("%s is looked at in no time", async (file) => {
    const bytes = readFileSync(resolve(folder, file));
    const loaded = await load({ content: file.endsWith(".gz") ? gunzipSync(bytes) : bytes });
    if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
    const { tools } = compile(loaded.document);
    const taken = cpuTimer();
    const found = lintTools(tools);
    expect(taken()).toBeLessThan(LINT_MS_MAX);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    operations += tools.length;
    for (const { code, operation, message } of found)
      if (code === "suspicious-text") suspicious.push(`${file} ${operation}: ${message}`);
  });

  it("are hardly ever taken for poisoned", () => {
    console.log(
      `${suspicious.length} of ${operations} operations are suspicious\n${suspicious.slice(0, 20).join("\n")}`,
    );
    expect(suspicious.length).toBeLessThanOrEqual(operations * 0.01);
  });
});
