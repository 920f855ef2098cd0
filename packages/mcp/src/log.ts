import type { LogLevel } from "./contract.ts";
import { messageBody } from "./json-rpc.ts";

/** From the least to the most serious (RFC 5424 §6.2.1). */
const LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

export function isAtLeast(level: LogLevel, least: string): boolean {
  const wanted = LEVELS.indexOf(least);
  return wanted >= 0 && LEVELS.indexOf(level) >= wanted;
}

/** `notifications/message` (MCP 2025-11-25, logging). */
export function logBody(level: LogLevel, text: string): string {
  return messageBody("notifications/message", { level, logger: "portico", data: text });
}
