import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

const corpus = path.resolve(import.meta.dirname, "../../../../shared/corpus/dev");

/** Real API descriptions live beside the repository, not in it; null where they are absent. */
export function readCorpus(name: string): string | null {
  const file = path.join(corpus, name);
  if (!fs.existsSync(file)) return null;
  const bytes = fs.readFileSync(file);
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

export const hasCorpus = fs.existsSync(corpus);
if (!hasCorpus) console.log("The corpus of real API descriptions is not here: the stories on it are skipped.");
