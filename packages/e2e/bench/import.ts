import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { corpus, largeDocument, readCorpus } from "./documents.ts";
import { contenders, type Measurement } from "./import-once.ts";

const RUNS = 3;
const REAL = ["kubernetes-2.0.json.gz", "stripe-3.0.yaml.gz", "google-maps-3.0.json.gz"];
/** Twice as many operations each time, to see whether the costs grow with the document alone. */
const GENERATED = [2_500, 5_000, 10_000];
const HEAP_MB = 8_192;
/** What the worker sets for the thread that does this (three of these are its young generation); others run as Node does by itself. */
const FLAGS: Record<string, string[]> = { portico: ["--max-semi-space-size=2"] };

interface Median extends Measurement {
  /** Of the whole process, which loads its code, reads the file and does the work. */
  processMs: number;
}

/**
 * Reading and compiling a document into stored tools, side by side with parsing it and with what swagger-parser
 * needs: every contender on every document in a process of its own, the median of three. Prints a table and, last,
 * one JSON object of ratios to the parser.
 */
export async function benchImport(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "portico-bench-"));
  try {
    const files = REAL.flatMap((name) => {
      const bytes = readCorpus(name);
      if (!bytes) console.log(`${name}: skipped, it is not in ${corpus}`);
      return bytes ? [write(folder, name.replace(/\.gz$/, ""), bytes)] : [];
    });
    for (const operations of GENERATED)
      files.push(write(folder, `generated-${operations}.json`, largeDocument(operations)));
    const ratios: Record<string, unknown> = {};
    for (const { name, file, bytes } of files) {
      const measured = Object.fromEntries(
        Object.keys(contenders).map((contender) => [contender, median(contender, file, folder)]),
      );
      ratios[name] = ratiosOf(measured, bytes);
      report(name, bytes, measured);
    }
    console.log(JSON.stringify({ bench: "import", node: process.version, runs: RUNS, ratios }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(folder: string, name: string, content: string | Uint8Array) {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return { name, file, bytes: Buffer.byteLength(content) };
}

function median(contender: string, file: string, folder: string): Median | undefined {
  const runs: Median[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const started = performance.now();
    try {
      const printed = execFileSync(
        process.execPath,
        [
          `--max-old-space-size=${HEAP_MB}`,
          ...(FLAGS[contender] ?? []),
          path.join(import.meta.dirname, "import-once.ts"),
          contender,
          file,
        ],
        {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
          env: { NODE_COMPILE_CACHE: path.join(folder, "code") },
          timeout: 180_000,
        },
      );
      const measured = JSON.parse(printed) as Measurement;
      // The first one compiles the code that the others find compiled.
      if (run > 0) runs.push({ ...measured, processMs: performance.now() - started });
    } catch {
      return undefined;
    }
  }
  const middle = (pick: (run: Median) => number) =>
    runs.map(pick).sort((a, b) => a - b)[Math.floor(RUNS / 2)] as number;
  return { workMs: middle((r) => r.workMs), processMs: middle((r) => r.processMs), peakMb: middle((r) => r.peakMb) };
}

function ratiosOf(measured: Record<string, Median | undefined>, bytes: number): unknown {
  const base = measured.parse;
  if (!base) return { bytes };
  const round = (value: number) => Math.round(value * 100) / 100;
  const against = Object.entries(measured).flatMap(([contender, median]) =>
    contender === "parse"
      ? []
      : [
          [
            contender,
            median
              ? {
                  time: round(median.processMs / base.processMs),
                  work: round(median.workMs / base.workMs),
                  memory: round(median.peakMb / base.peakMb),
                }
              : "failed",
          ],
        ],
  );
  return { bytes, parseMs: round(base.processMs), parseMb: round(base.peakMb), ...Object.fromEntries(against) };
}

function report(name: string, bytes: number, measured: Record<string, Median | undefined>): void {
  console.log(`\n${name} (${(bytes / 1e6).toFixed(1)} MB)`);
  for (const [contender, median] of Object.entries(measured)) {
    console.log(
      median
        ? `  ${contender.padEnd(12)} ${median.processMs.toFixed(0).padStart(7)} ms a process, ${median.workMs.toFixed(0).padStart(6)} ms of work, ${median.peakMb.toFixed(0).padStart(5)} MB`
        : `  ${contender.padEnd(12)} failed`,
    );
  }
}
