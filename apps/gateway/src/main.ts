import { setFlagsFromString } from "node:v8";
import { openDeps } from "@portico/services";
import { startTelemetry } from "@portico/telemetry";
import closeWithGrace from "close-with-grace";
import { buildApp } from "./app.ts";
import { readEnv } from "./env.ts";

const DRAIN_MS = 25_000;

// V8 notes which objects outlive their first collections, and later makes their like old from the start. Of a call all are short-lived but for
// those that wait for the API, and one that is taken for old keeps everything it points to until a full collection.
setFlagsFromString("--no-allocation-site-pretenuring");

const env = readEnv(process.env);
const telemetry = await startTelemetry({
  app: "gateway",
  version: "0.1.0",
  logLevel: env.LOG_LEVEL,
  sentryDsn: env.SENTRY_DSN,
  otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
});
const deps = openDeps({
  databaseUrl: env.DATABASE_URL,
  redisUrl: env.REDIS_URL,
  secretKeys: env.PORTICO_SECRET_KEY,
  publicUrl: env.PORTICO_URL,
  env: process.env,
});
const app = await buildApp({
  deps,
  telemetry,
  egressAllow: env.PORTICO_EGRESS_ALLOW,
  egressAllowHosts: env.PORTICO_SAMPLE_HOST ? [env.PORTICO_SAMPLE_HOST] : [],
  webUrl: env.PORTICO_WEB_URL,
  isDevelopment: env.NODE_ENV === "development",
  allowedOrigins: env.PORTICO_ALLOWED_ORIGINS,
  trustedProxies: env.PORTICO_TRUSTED_PROXIES,
  hasTwoAddresses: env.PORTICO_LEGACY_SSE === "1",
});

closeWithGrace({ delay: DRAIN_MS, logger: false }, async ({ err }) => {
  if (err) telemetry.reportError(err, { fatal: true });
  await app.close();
  await deps.close();
  await telemetry.close();
});
// The local supervisor holds this end of a channel: when it is gone, so are we.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));

await app.listen({ port: env.PORT, host: env.HOST });
telemetry.logger.info({ url: env.PORTICO_URL }, "listening");
