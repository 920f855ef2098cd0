// One contender on one document in a process of its own: `node import-once.ts <contender> <file>` prints a Measurement.
import { readFileSync } from "node:fs";

/** What one process measured. */
export interface Measurement {
  /** From the bytes in memory to the result, without loading code. */
  workMs: number;
  peakMb: number;
}

type Contender = (bytes: Buffer, isYaml: boolean) => Promise<() => unknown>;

/** Each loads its code first and returns what is timed. */
export const contenders: Record<string, Contender> = {
  async parse(bytes, isYaml) {
    if (!isYaml) return () => JSON.parse(bytes.toString("utf8"));
    const { CORE_SCHEMA, load, mergeTag } = await import("js-yaml");
    return () =>
      load(bytes.toString("utf8"), { schema: CORE_SCHEMA.withTags(mergeTag), json: true, maxAliases: 10_000 });
  },
  async portico(bytes) {
    const { compileToJson, load } = await import("@portico/openapi");
    return async () => {
      const loaded = await load({ content: bytes });
      if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
      const { chunks, toolCount } = compileToJson(loaded.document);
      if (toolCount === 0) throw new Error("no tools");
      return chunks;
    };
  },
  async validate(bytes, isYaml) {
    const { default: SwaggerParser } = await import("@apidevtools/swagger-parser");
    const parse = await contenders.parse?.(bytes, isYaml);
    return async () => {
      // Its verdict does not matter here, and real documents often fail.
      await SwaggerParser.validate(parse?.() as never, { resolve: { external: false } }).catch(() => {});
    };
  },
  async dereference(bytes, isYaml) {
    const { default: SwaggerParser } = await import("@apidevtools/swagger-parser");
    const parse = await contenders.parse?.(bytes, isYaml);
    return async () => SwaggerParser.dereference(parse?.() as never, { resolve: { external: false } });
  },
};

const [contender = "", file = ""] = process.argv.slice(2);
if (import.meta.main) {
  const run = await contenders[contender]?.(readFileSync(file), /\.ya?ml$/.test(file));
  if (!run) throw new Error(`There is no contender "${contender}". There is: ${Object.keys(contenders).join(", ")}.`);
  const started = performance.now();
  const result = await run();
  const workMs = performance.now() - started;
  const measurement: Measurement = { workMs, peakMb: process.resourceUsage().maxRSS / 1024 };
  console.log(JSON.stringify(measurement));
  // Kept until here, as whoever wants the result keeps it.
  process.exitCode = result === null ? 1 : 0;
}
