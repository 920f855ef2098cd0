import pino from "pino";
import { redact, redactText } from "./redact.ts";

export type Logger = pino.Logger;

export interface LoggerOptions {
  app: string;
  level?: string | undefined;
  /** Where a line goes; standard output when left out. */
  write?: (line: string) => void;
}

/** JSON lines: time, level, app, message and fields. Everything passes through redaction. */
export function createLogger({ app, level = "info", write }: LoggerOptions): Logger {
  const settings: pino.LoggerOptions = {
    level,
    base: { app },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: (fields) => redact(fields) as Record<string, unknown> },
    hooks: {
      logMethod(args, method) {
        method.apply(
          this,
          args.map((arg) => (typeof arg === "string" ? redactText(arg) : arg)) as Parameters<typeof method>,
        );
      },
    },
  };
  const logger = write ? pino(settings, { write }) : pino(settings);
  const { child } = logger;
  // pino formats the bindings of a child without our formatter; children inherit this method.
  logger.child = function redacted(this: Logger, bindings: pino.Bindings, childOptions?: object) {
    return child.call(this, redact(bindings) as pino.Bindings, childOptions);
  } as typeof child;
  return logger;
}
