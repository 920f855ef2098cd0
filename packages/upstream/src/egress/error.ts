import type { UpstreamErrorCode } from "../types.ts";

/** Why a request got no answer. The message is for the person who called and never holds a secret. */
export class UpstreamError extends Error {
  readonly code: UpstreamErrorCode;
  /** Attempts that were made after the first. */
  retries = 0;

  constructor(code: UpstreamErrorCode, message: string) {
    super(message);
    this.name = "UpstreamError";
    this.code = code;
  }
}

const TLS_CODES = /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_SSL|EPROTO|HOSTNAME_MISMATCH)/;

/** Any error of the network stack as one of ours. */
export function toUpstreamError(error: unknown): UpstreamError {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (cause instanceof UpstreamError) return cause;
    const inner = (cause as { errors?: unknown }).errors;
    const ours = Array.isArray(inner) ? inner.find((item) => item instanceof UpstreamError) : undefined;
    if (ours instanceof UpstreamError) return ours;
  }
  const code = codeOf(error);
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return new UpstreamError("timeout", "The API did not answer in time.");
  if (TLS_CODES.test(code))
    return new UpstreamError("tls", `The API's certificate or encryption was refused (${code}).`);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new UpstreamError("network", "The API's host name could not be found.");
  if (code === "ECONNREFUSED") return new UpstreamError("network", "The API refused the connection.");
  if (isMalformed(error)) return new UpstreamError("bad_answer", "The API's answer is not valid HTTP.");
  if (code === "UND_ERR_HEADERS_OVERFLOW")
    return new UpstreamError("bad_answer", "The headers of the API's answer are too large.");
  return new UpstreamError("network", `The API could not be reached${code === "" ? "" : ` (${code})`}.`);
}

/** An error while an answer was read that had begun well. */
export function brokenAnswer(error: unknown): unknown {
  if (error instanceof UpstreamError || /TIMEOUT/.test(codeOf(error)) || isMalformed(error)) return error;
  return new UpstreamError("bad_answer", "The API closed the connection before its answer was complete.");
}

function isMalformed(error: unknown): boolean {
  return (
    (error instanceof Error && error.name === "HTTPParserError") ||
    codeOf(error) === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"
  );
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}
