import { createLogger, type Logger } from "./logger.ts";
import { redact } from "./redact.ts";

export interface TelemetryOptions {
  app: string;
  version: string;
  logLevel?: string | undefined;
  sentryDsn?: string | undefined;
  /** The OpenTelemetry exporter reads its other settings from the standard OTEL_* variables. */
  otlpEndpoint?: string | undefined;
}

export interface Telemetry {
  logger: Logger;
  /** Tells operators about a bug of ours: a log line with the error, and Sentry where it is configured. */
  reportError(error: unknown, fields?: Record<string, unknown>): void;
  close(): Promise<void>;
}

const FLUSH_MS_MAX = 2_000;

/** Starts what is configured and nothing else; neither library is loaded when it is off. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const logger = createLogger({ app: options.app, level: options.logLevel });
  const sentry = options.sentryDsn ? await startSentry(options) : undefined;
  const tracing = options.otlpEndpoint ? await startTracing(options) : undefined;
  return {
    logger,
    reportError(error, fields = {}) {
      logger.error({ ...fields, error }, error instanceof Error ? error.message : "error");
      sentry?.captureException(error, { extra: redact(fields) as Record<string, unknown> });
    },
    async close() {
      await Promise.all([sentry?.close(FLUSH_MS_MAX), tracing?.shutdown().catch(() => {})]);
    },
  };
}

async function startSentry({ app, version, sentryDsn }: TelemetryOptions) {
  const sentry = await import("@sentry/node");
  sentry.init({
    dsn: sentryDsn,
    release: version,
    initialScope: { tags: { app } },
    // Headers, bodies and addresses are our users' data: only the error travels, redacted.
    beforeSend: (event) => redact(event) as typeof event,
  });
  return sentry;
}

async function startTracing({ app, version }: TelemetryOptions) {
  const { NodeSDK } = await import("@opentelemetry/sdk-node");
  const sdk = new NodeSDK({ serviceName: `portico-${app}@${version}` });
  sdk.start();
  return sdk;
}
