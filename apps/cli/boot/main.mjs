// The first stage of `npm start`, `npm test`, `npm run dev` and `npm run verify`: any Node 20 or newer, no dependency.
// Installs the workspace when its lockfile changed, then runs the second stage on the Node 24 that the workspace brings.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../../..");
const [command = "start", ...rest] = process.argv.slice(2);
const bootedAt = Number(process.env.PORTICO_BOOTED_AT ?? Date.now());
const { packageManager } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

const env = {
  ...process.env,
  PORTICO_BOOTED_AT: String(bootedAt),
  TURBO_TELEMETRY_DISABLED: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  // A registry that cannot be reached is told in seconds; npm's own patience is more than a minute.
  npm_config_fetch_retry_mintimeout: process.env.npm_config_fetch_retry_mintimeout ?? "1000",
  npm_config_fetch_retry_maxtimeout: process.env.npm_config_fetch_retry_maxtimeout ?? "4000",
  DO_NOT_TRACK: "1",
  CHECKPOINT_DISABLE: "1",
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
};

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function lockHash() {
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(path.join(root, file)));
  return hash.digest("hex");
}

/** Installs when the lockfile changed; returns where the package manager is. A start after that asks no registry. */
function install() {
  const stampFile = path.join(root, "node_modules", ".portico-installed");
  const wanted = lockHash();
  const [installed, pnpm = ""] = existsSync(stampFile) ? readFileSync(stampFile, "utf8").split("\n") : [];
  if (installed === wanted && existsSync(pnpm)) return pnpm;
  console.log("Installing packages (the first time takes up to a minute) …");
  // CI=1 keeps pnpm from asking before it replaces a node_modules that another tool laid down.
  const options = { cwd: root, env: { ...env, CI: "1" }, encoding: "utf8" };
  const npx = (...args) => spawnSync("npx", ["--yes", `--package=${packageManager}`, "--", ...args], options);
  const done = npx("pnpm", "install", "--frozen-lockfile", "--reporter=append-only");
  if (done.status !== 0) {
    console.error(`${done.stdout ?? ""}${done.stderr ?? ""}`.split("\n").slice(-40).join("\n"));
    fail(
      "The packages could not be installed. The lines above say why; npm's registry has to be reachable the first time.",
    );
  }
  const kept = keep(npx("sh", "-c", "command -v pnpm").stdout.trim());
  writeFileSync(stampFile, `${wanted}\n${kept}`);
  return kept;
}

/** The package manager out of npm's cache, which may be emptied at any time, since turbo asks for it at every build. */
function keep(found) {
  const from = path.resolve(found, "../..");
  // npx takes one that is installed for the whole machine, which stays where it is.
  if (path.basename(from) !== "node_modules") return found;
  const modules = path.join(root, "node_modules/.portico/node_modules");
  rmSync(modules, { recursive: true, force: true });
  cpSync(from, modules, { recursive: true, verbatimSymlinks: true });
  return path.join(modules, ".bin/pnpm");
}

/** Node 24: the workspace's own where the registry has a build for this platform, else the one that runs this, if new enough. */
function newerNode() {
  const bundled = path.join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(bundled)) return bundled;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  return fail(`Node 24 or newer is needed on ${process.platform}-${process.arch}; this is ${process.version}.`);
}

if (Number(process.versions.node.split(".")[0]) < 20) fail(`Node 20 or newer is needed; this is ${process.version}.`);
const pnpm = install();

const node = newerNode();
// `npm run portico` is the command line itself; everything else is a command of the second stage.
const isCommandLine = command === "portico";
const script = isCommandLine ? "apps/cli/src/main.ts" : "apps/cli/boot/stage2.ts";
const given = isCommandLine ? rest : [command, ...rest];
const stage2 = spawn(node, ["--disable-warning=ExperimentalWarning", path.join(root, script), ...given], {
  // npm runs scripts in the root; files that a person names are where they stood.
  cwd: isCommandLine ? (process.env.INIT_CWD ?? process.cwd()) : root,
  stdio: "inherit",
  env: {
    ...env,
    // turbo wants the package manager on its path.
    PATH: [path.dirname(node), path.join(root, "node_modules/.bin"), path.dirname(pnpm), process.env.PATH].join(
      path.delimiter,
    ),
  },
});
// A terminal's Ctrl-C reaches the second stage by itself; a signal sent to this process alone is passed on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stage2.kill(signal));
stage2.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1)));
