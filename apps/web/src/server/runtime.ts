import { createPeople, type People } from "@portico/auth";
import { type Deps, openDeps } from "@portico/services";
import { startTelemetry, type Telemetry } from "@portico/telemetry";
import { readEnv } from "@/env.ts";

/** What the web app opens once a process and keeps. */
export interface Runtime {
  deps: Deps;
  people: People;
  telemetry: Telemetry;
  sampleUrl: string | undefined;
}

// Development mode loads modules anew at every change; the pools must not multiply.
const kept = globalThis as typeof globalThis & { porticoRuntime?: Promise<Runtime> };

export function runtime(): Promise<Runtime> {
  kept.porticoRuntime ??= open();
  return kept.porticoRuntime;
}

async function open(): Promise<Runtime> {
  const env = readEnv();
  const deps = openDeps({
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    secretKeys: env.PORTICO_SECRET_KEY,
    publicUrl: env.PORTICO_URL,
  });
  const telemetry = await startTelemetry({
    app: "web",
    version: "0.1.0",
    logLevel: env.LOG_LEVEL,
    sentryDsn: env.SENTRY_DSN,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
  });
  return {
    deps,
    telemetry,
    people: createPeople(deps),
    sampleUrl: env.PORTICO_SAMPLE_HOST ? `http://${env.PORTICO_SAMPLE_HOST}/openapi.json` : undefined,
  };
}
