import type { Diagnostic } from "@portico/openapi";
import type { ValidateSource } from "@portico/services";
import { IsolateLimitError, runIsolated } from "./isolate.ts";

/** Larger sources (with the files that they refer to) are not checked: what the check finds is advice. */
const VALIDATE_BYTES_MAX = 48 * 1024 * 1024;
/** 30 MB of JSON take less than 2 s and 500 MB. */
const LIMITS = { timeMsMax: 60_000, heapMbMax: 1_024, stackMbMax: 16 };

export interface ValidateRequest {
  source: Uint8Array;
  format: string;
  /** Where its lines are counted. */
  text: Uint8Array | null;
  file?: string;
}

/** Checks a stored source against the specification in a process of its own. What exceeds a limit is a finding, never a failure. */
export const validateSource: ValidateSource = async (revision) => {
  if (revision.source.byteLength > VALIDATE_BYTES_MAX)
    return [skipped(`it has more than ${VALIDATE_BYTES_MAX / 1024 / 1024} MB`)];
  try {
    const request: ValidateRequest = revision;
    return await runIsolated(
      new URL("./validate-thread.ts", import.meta.url),
      request,
      LIMITS,
      (findings: Diagnostic[]) => findings,
    );
  } catch (error) {
    if (!(error instanceof IsolateLimitError)) throw error;
    return [
      skipped(
        error.limit === "time"
          ? `it would take longer than ${LIMITS.timeMsMax / 1000} seconds`
          : `it would need more than ${LIMITS.heapMbMax} MB of memory`,
      ),
    ];
  }
};

function skipped(why: string): Diagnostic {
  return {
    code: "validation_skipped",
    severity: "info",
    pointer: "",
    message: `The document was not checked against the specification: ${why}. Its tools are not affected.`,
  };
}
