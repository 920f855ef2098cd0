export { createLogger, type Logger } from "./logger.ts";
export { redact, redactText } from "./redact.ts";
export { type Attributes, startTelemetry, type Telemetry, type TelemetryOptions } from "./start.ts";
