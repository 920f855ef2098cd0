import http from "node:http";
import { startWorkers } from "@portico/jobs";
import { ensurePartitions, openDeps, reconcileJobs } from "@portico/services";
import { startTelemetry } from "@portico/telemetry";
import { createEgress } from "@portico/upstream";
import closeWithGrace from "close-with-grace";
import { createCompileSource } from "./compile-source.ts";
import { readEnv } from "./env.ts";
import { giveBackProcessor } from "./processors/give-back.ts";
import { maintainProcessor } from "./processors/maintain.ts";
import { recordUsageProcessor } from "./processors/record-usage.ts";
import { runJobProcessor } from "./processors/run-job.ts";
import { validateSource } from "./validate-source.ts";

const DRAIN_MS = 25_000;

const env = readEnv(process.env);
const telemetry = await startTelemetry({
  app: "worker",
  version: "0.1.0",
  logLevel: env.LOG_LEVEL,
  sentryDsn: env.SENTRY_DSN,
  otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
});
const queues = { databaseUrl: env.DATABASE_URL, redisUrl: env.REDIS_URL };
const { PORTICO_SMTP_URL: smtpUrl, PORTICO_MAIL_FROM: from } = env;
const deps = openDeps({
  ...queues,
  secretKeys: env.PORTICO_SECRET_KEY,
  publicUrl: env.PORTICO_URL,
  ...(smtpUrl && from ? { mail: { url: smtpUrl, from } } : {}),
});
const egress = {
  allow: env.PORTICO_EGRESS_ALLOW,
  allowHosts: env.PORTICO_SAMPLE_HOST ? [env.PORTICO_SAMPLE_HOST] : [],
};
const compileSource = createCompileSource(egress);

const runJob = runJobProcessor(deps, telemetry, { compileSource, validateSource });

await ensurePartitions(deps);
await reconcileJobs(deps);
const workers = await startWorkers({
  ...queues,
  processors: {
    jobs: runJob,
    validation: runJob,
    usage: recordUsageProcessor(deps),
    endedSignIns: giveBackProcessor(deps, telemetry, createEgress(egress)),
    maintenance: maintainProcessor(deps, telemetry),
  },
  onError: (error, queue) => telemetry.reportError(error, { queue }),
});

let isClosing = false;
const health = http.createServer((_request, response) => {
  response
    .writeHead(isClosing ? 503 : 200, { "content-type": "application/json" })
    .end(JSON.stringify({ status: isClosing ? "closing" : "ready" }));
});
if (env.PORTICO_WORKER_PORT) health.listen(env.PORTICO_WORKER_PORT, "127.0.0.1");

closeWithGrace({ delay: DRAIN_MS, logger: false }, async ({ err }) => {
  isClosing = true;
  if (err) telemetry.reportError(err, { fatal: true });
  await workers.close();
  health.close();
  await deps.close();
  await telemetry.close();
});
// The local supervisor holds this end of a channel: when it is gone, so are we.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
telemetry.logger.info("working");
