import { isRepeatable, type Tool } from "@portico/openapi";

/** Attempts after the first, for whatever reasons, where nobody says how many. */
export const RETRIES_DEFAULT = 2;
/** As many as somebody may ask for. */
export const RETRIES_MAX = 3;
/** A longer wait is the caller's to decide. */
const WAIT_MS_MAX = 5_000;
/** What has to be left of the deadline for another attempt. */
const ATTEMPT_MS_MIN = 500;
/** Between a broken connection and the next attempt. */
export const RESET_PAUSE_MS = 50;

/** Broken by the other side; a refusal or an unknown name stays what it is. */
const RESETS = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** RFC 9110 §9.2.2: what only reads may be asked again; anything else could be done twice. */
export function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** How often a tool's call is made again at most; undefined: as its method allows. */
export function retriesOf(tool: Pick<Tool, "plan" | "annotations">): number | undefined {
  return isRepeatable(tool) ? tool.plan.retries : 0;
}

/** Whether the connection broke before the first byte of an answer, as one does that was kept alive too long. */
export function isReset(error: unknown): boolean {
  return RESETS.has(String((error as { code?: unknown } | undefined)?.code));
}

/** How long to wait before asking again after this answer; undefined: the answer stands. */
export function retryWaitMs(status: number, headers: Record<string, string>, leftMs: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = retryAfterSeconds(headers);
  if (seconds === undefined || seconds * 1_000 > WAIT_MS_MAX) return undefined;
  return seconds * 1_000 + ATTEMPT_MS_MIN > leftMs ? undefined : seconds * 1_000;
}

/**
 * RFC 9110 §10.2.3 in whole seconds, whichever way it is written. A date is measured from the answer's own, because
 * clocks differ.
 */
export function retryAfterSeconds(headers: Record<string, string>, now = Date.now()): number | undefined {
  const value = headers["retry-after"]?.trim() ?? "";
  if (/^\d{1,9}$/.test(value)) return Number(value);
  if (!/^[A-Za-z]{3,9},? [\w :-]{10,30}$/.test(value)) return undefined;
  const at = Date.parse(value);
  const from = Date.parse(headers.date ?? "");
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - (Number.isNaN(from) ? now : from)) / 1_000));
}
