// The second stage, on Node 24 with everything installed: one function a command.
const commands: Record<string, () => Promise<{ run(args: string[]): Promise<void> }>> = {
  start: () => import("./start.ts"),
  dev: () => import("./start.ts"),
  test: () => import("./test.ts"),
  attacks: async () => ({ run: (await import("./test.ts")).runAttacks }),
  bench: () => import("./bench.ts"),
  conformance: () => import("./conformance.ts"),
  verify: () => import("./verify.ts"),
};

const [name = "start", ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  console.error(`There is no command "${name}". There is: ${Object.keys(commands).join(", ")}.`);
  process.exit(2);
}
try {
  await (await command()).run(name === "dev" ? ["--dev", ...args] : args);
} catch (error) {
  // One sentence; the stack is for whoever asks for it.
  console.error(error instanceof Error ? error.message : String(error));
  if (process.env.DEBUG) console.error(error);
  process.exit(1);
}
