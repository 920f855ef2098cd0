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
  /** Runs work as a span of a trace, where traces are configured. `note` adds what is known later. Attributes never hold a secret. */
  span<T>(
    name: string,
    attributes: Attributes,
    work: (note: (attributes: Attributes) => void) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

export type Attributes = Record<string, string | number | boolean | undefined>;

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
    span: (name, attributes, work) => (tracing ? tracing.span(name, attributes, work) : work(() => {})),
    async close() {
      await Promise.all([sentry?.close(FLUSH_MS_MAX), tracing?.shutdown()]);
    },
  };
}

async function startSentry({ app, version, sentryDsn }: TelemetryOptions) {
  const sentry = await import("@sentry/node");
  sentry.init({
    dsn: sentryDsn,
    release: version,
    initialScope: { tags: { app } },
    // Headers, bodies and addresses are our users' data: only the error travels, redacted. So nothing is loaded that watches
    // requests (it would also mark those that we send), the console or the machine; the apps themselves report what is uncaught.
    defaultIntegrations: false,
    integrations: [
      sentry.functionToStringIntegration(),
      sentry.linkedErrorsIntegration(),
      sentry.dedupeIntegration(),
      sentry.contextLinesIntegration(),
    ],
    enableOpenTelemetrySetup: false,
    maxBreadcrumbs: 0,
    beforeSend: (event) => redact(event) as typeof event,
  });
  return sentry;
}

async function startTracing({ app, version }: TelemetryOptions) {
  const [{ NodeSDK }, { SpanStatusCode, trace }] = await Promise.all([
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/api"),
  ]);
  // Left alone it also tells the command line and the machine's user. The SDK takes this from the environment only.
  process.env.OTEL_NODE_RESOURCE_DETECTORS ??= "env";
  const sdk = new NodeSDK({ serviceName: `portico-${app}@${version}` });
  sdk.start();
  const tracer = trace.getTracer("portico", version);
  const span: Telemetry["span"] = (name, attributes, work) =>
    tracer.startActiveSpan(name, { attributes: redact(attributes) as typeof attributes }, async (active) => {
      try {
        return await work((more) => active.setAttributes(redact(more) as typeof more));
      } catch (error) {
        // What went wrong is in the log and the report; an exception's text may hold anything.
        active.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        active.end();
      }
    });
  return { span, shutdown: () => sdk.shutdown().catch(() => {}) };
}
