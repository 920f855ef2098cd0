const benches: Record<string, () => Promise<() => Promise<void>>> = {
  import: async () => (await import("./import.ts")).benchImport,
  gateway: async () => (await import("./gateway.ts")).benchGateway,
};

const [name = ""] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`Say which: ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}
await (await bench())();
