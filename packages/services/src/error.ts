import { isDatabaseAway } from "@portico/db";
import { isRedisAway } from "@portico/state";

/** The closed list of what a verb can say no with. Codes are stable; messages are for people and may change. */
export type AppErrorCode =
  | "invalid_input"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "precondition_failed"
  | "limit_exceeded"
  | "unavailable"
  | "internal";

/** Each code as an HTTP status. RFC 9110 §15. */
export const HTTP_STATUS: Readonly<Record<AppErrorCode, number>> = {
  invalid_input: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition_failed: 412,
  limit_exceeded: 429,
  unavailable: 503,
  internal: 500,
};

/** A refusal that names the thing, the limit and the way out. Each app has one file that turns it into its own language. */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly details: unknown;
  constructor(code: AppErrorCode, message: string, details?: unknown) {
    super(message);
    this.name = "AppError";
    this.code = code;
    this.details = details;
  }
}

/** What a failure is to whoever asked: a store that is away is an apology with a time to try again, everything else as it was. */
export function asAppError(error: unknown): unknown {
  const store = isDatabaseAway(error) ? "database" : isRedisAway(error) ? "Redis" : undefined;
  return store
    ? new AppError("unavailable", `Portico cannot reach its ${store} at the moment. Try again in a few seconds.`)
    : error;
}

/** Foreign and missing are answered alike, so that nobody learns what another organization has. */
export function notFound(noun: string): AppError {
  return new AppError("not_found", `There is no such ${noun}.`);
}
