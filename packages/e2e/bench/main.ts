import { benchImport } from "./import.ts";

const benches: Record<string, () => Promise<void>> = { import: benchImport };

const [name = ""] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`Say which: ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}
await bench();
