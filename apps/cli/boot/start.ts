import { spawn } from "node:child_process";
import path from "node:path";
import { closeInstallation, type Installation, openInstallation } from "./installation.ts";
import { freePort } from "./port.ts";
import { type RunningPostgres, startPostgres } from "./postgres.ts";
import { root } from "./root.ts";
import { build } from "./run.ts";
import { type App, Supervisor } from "./supervisor.ts";

const READY_MS_MAX = 60_000;
const seconds = () => ((Date.now() - Number(process.env.PORTICO_BOOTED_AT ?? Date.now())) / 1000).toFixed(1);
const say = (message: string) => console.log(`[${seconds()}s] ${message}`);

/** `npm start`: build, database, set-up, apps, and then one line. `--dev` runs the web app in development mode and restarts on change. */
export async function run(args: string[]): Promise<void> {
  const isDev = args.includes("--dev");
  const installation = await openInstallation(process.env);
  let supervisor: Supervisor | undefined;
  let postgres: RunningPostgres | undefined;
  let stopping: Promise<void> | undefined;

  const stop = (code: number): Promise<void> => {
    stopping ??= (async () => {
      await supervisor?.stop();
      await postgres?.stop();
      closeInstallation(installation);
      say("Stopped");
      process.exit(code);
    })();
    return stopping;
  };
  const giveUp = (message: string): void => {
    console.error(message);
    void stop(1);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));

  try {
    if (!isDev) say("Building");
    await build();
    if (!installation.databaseUrl) {
      say("Starting PostgreSQL");
      postgres = await keepPostgres(path.join(installation.dataDir, "postgres"), {
        isStopping: () => stopping !== undefined,
        onGiveUp: giveUp,
      });
    }
    const databaseUrl = installation.databaseUrl ?? postgres?.url ?? "";
    const shared = sharedEnv(installation, databaseUrl, isDev);
    say("Preparing the database");
    const { hasOwner, setupCode } = await prepare(shared);

    say("Starting gateway, web and worker");
    supervisor = new Supervisor({
      logDir: path.join(installation.dataDir, "logs"),
      onGiveUp: giveUp,
    });
    const apps = listApps(installation, shared, isDev);
    for (const app of apps) supervisor.start(app);
    await Promise.all(apps.map((app) => supervisor?.waitUntilHealthy(app, READY_MS_MAX)));
    if (stopping) return;
    if (!hasOwner && setupCode)
      console.log(
        `\nFirst run: create the owner at ${installation.publicUrl}/setup#${setupCode}\n(or open ${installation.publicUrl} and type the code ${setupCode})\n`,
      );
    console.log(`Portico is ready at ${installation.publicUrl}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    await stop(1);
  }
}

function sharedEnv(
  { publicUrl, secretKey, sampleHost, redisUrl }: Installation,
  databaseUrl: string,
  isDev: boolean,
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_ENV: isDev ? "development" : "production",
    DATABASE_URL: databaseUrl,
    PORTICO_URL: publicUrl,
    PORTICO_SECRET_KEY: secretKey,
    PORTICO_SAMPLE_HOST: sampleHost,
    PORTICO_SUPERVISOR: String(process.pid),
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
  };
}

function listApps(
  { port, webPort, workerPort, sampleHost }: Installation,
  shared: NodeJS.ProcessEnv,
  isDev: boolean,
): App[] {
  const dir = (name: string) => path.join(root, "apps", name);
  const watch = isDev ? ["--watch-preserve-output", "--watch"] : [];
  const next = path.join(dir("web"), "node_modules/next/dist/bin/next");
  return [
    {
      name: "sample",
      cwd: dir("cli"),
      args: ["src/sample/main.ts"],
      env: { ...shared, PORT: sampleHost.split(":")[1] },
      healthUrl: `http://${sampleHost}/healthz`,
    },
    {
      name: "gateway",
      cwd: dir("gateway"),
      args: [...watch, "src/main.ts"],
      env: { ...shared, PORT: String(port), PORTICO_WEB_URL: `http://127.0.0.1:${webPort}` },
      healthUrl: `http://127.0.0.1:${port}/readyz`,
    },
    {
      name: "web",
      cwd: dir("web"),
      args: [
        "--import",
        path.join(import.meta.dirname, "parent.mjs"),
        next,
        isDev ? "dev" : "start",
        "-p",
        String(webPort),
        "-H",
        "127.0.0.1",
      ],
      env: shared,
      healthUrl: `http://127.0.0.1:${webPort}/api/v1/health`,
    },
    {
      name: "worker",
      cwd: dir("worker"),
      args: [...watch, "src/main.ts"],
      env: { ...shared, PORTICO_WORKER_PORT: String(workerPort) },
      healthUrl: `http://127.0.0.1:${workerPort}/readyz`,
    },
  ];
}

/** PostgreSQL on one port, started again there when it ends without being asked. `onGiveUp` hears why it cannot be. */
async function keepPostgres(
  dataDir: string,
  { isStopping, onGiveUp }: { isStopping: () => boolean; onGiveUp: (message: string) => void },
): Promise<RunningPostgres> {
  const port = await freePort();
  let current = await startPostgres(dataDir, { port });
  const { url } = current;
  const watch = (): void => {
    void current.ended.then(async () => {
      if (isStopping()) return;
      say("PostgreSQL ended; starting it again");
      try {
        current = await startPostgres(dataDir, { port });
        watch();
      } catch (error) {
        if (!isStopping()) onGiveUp(error instanceof Error ? error.message : String(error));
      }
    });
  };
  watch();
  return {
    url,
    port,
    get pid() {
      return current.pid;
    },
    get ended() {
      return current.ended;
    },
    stop: () => current.stop(),
  };
}

function prepare(env: NodeJS.ProcessEnv): Promise<{ hasOwner: boolean; setupCode?: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", path.join(import.meta.dirname, "prepare.ts")],
      { env, cwd: root },
    );
    let out = "";
    let problem = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      problem += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(out.trim().split("\n").at(-1) ?? "{}"));
      else reject(new Error(problem.trim() || "The database could not be prepared."));
    });
  });
}
