import type { Diagnostic } from "@portico/openapi";
import { AppError, type CompiledSource, type CompileSource, type JobSource, SOURCE_BYTES_MAX } from "@portico/services";
import { IsolateLimitError, runIsolated } from "./isolate.ts";

/** A document that needs longer or more is refused; 30 MB of JSON takes about 3 s and 300 MB. */
const LIMITS = { timeMsMax: 120_000, heapMbMax: 2_048, stackMbMax: 16 };

export interface EgressOptions {
  allow: string[];
  allowHosts: string[];
}

export interface CompileRequest {
  source: JobSource;
  egress: EgressOptions;
  documentBytesMax: number;
}

export type CompileReply =
  | { kind: "progress"; message: string }
  | { kind: "refused"; diagnostics: Diagnostic[] }
  | ({ kind: "compiled" } & CompiledSource);

/** Reads and compiles a source in a process of its own, with limits of memory and time; the caller's event loop stays free. */
export function createCompileSource(egress: EgressOptions): CompileSource {
  return async (source, onProgress) => {
    const request: CompileRequest = { source, egress, documentBytesMax: SOURCE_BYTES_MAX };
    try {
      return await runIsolated(
        new URL("./compile-thread.ts", import.meta.url),
        request,
        LIMITS,
        (reply: CompileReply) => {
          if (reply.kind === "refused") return { ok: false as const, diagnostics: reply.diagnostics };
          if (reply.kind === "compiled") {
            const { kind: _kind, ...compiled } = reply;
            return compiled;
          }
          onProgress(reply.message);
          return undefined;
        },
      );
    } catch (error) {
      throw error instanceof IsolateLimitError ? tooMuch(error) : error;
    }
  };
}

function tooMuch({ limit }: IsolateLimitError): AppError {
  const why =
    limit === "time"
      ? `It took longer than ${LIMITS.timeMsMax / 1000} seconds to read.`
      : `It needs more than ${LIMITS.heapMbMax} MB of memory to read.`;
  return new AppError(
    "limit_exceeded",
    `This document is too much to read. ${why} Split it, or import the part that you need.`,
  );
}
