import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { compile } from "./compile.ts";
import { load } from "./load/load.ts";
import { cpuTimer } from "./testing.ts";

const corpus = resolve(import.meta.dirname, "../../../../shared/corpus");
const isThere = existsSync(corpus);
if (!isThere) console.log("corpus.test.ts: skipped, there is no ../shared/corpus");

const read = (file: string) => {
  const bytes = readFileSync(resolve(corpus, file));
  return file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
};
const listed = (index: string, key?: string): { id: string; entry: string; expect?: string }[] => {
  if (!isThere) return [];
  const parsed = JSON.parse(readFileSync(resolve(corpus, index), "utf8"));
  return key === undefined ? parsed : parsed[key].filter((item: { set: string }) => item.set === "dev");
};

describe.skipIf(!isThere)("real documents", () => {
  it.each(listed("index.json", "specs"))("$id compiles into schemas that clients accept", async ({ entry }) => {
    const loaded = await load({ content: read(entry) });
    if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
    const { tools, operations } = compile(loaded.document);
    expect(operations.filter((operation) => operation.status === "skipped")).toEqual([]);
    for (const tool of tools.slice(0, 6)) {
      new Ajv2020({ strict: false, validateFormats: false, logger: false }).compile(tool.inputSchema);
      for (const name of Object.keys(tool.inputSchema.properties as object))
        expect(name).toMatch(/^[a-zA-Z0-9_.-]{1,64}$/);
    }
  });

  it.each(listed("broken/index.json"))("broken $id gets a verdict in time", async ({ entry, expect: want }) => {
    const taken = cpuTimer();
    const loaded = await load({ content: read(entry) });
    if (loaded.ok) JSON.stringify(compile(loaded.document));
    expect(taken()).toBeLessThan(2_000);
    // The corpus is older than the converters: a Postman collection is read now.
    if (want === "reject") expect(loaded.ok && !loaded.document.convertedFrom).toBe(false);
    if (want === "accept" || want === "partial") expect(loaded.ok).toBe(true);
  });
});
