import { Worker } from "node:worker_threads";
import type { Compiled, Diagnostic } from "@portico/openapi";
import { AppError, type CompileSource, SOURCE_BYTES_MAX } from "@portico/services";

/** A document that needs longer or more is refused; 30 MB of JSON takes about 3 s and 300 MB. */
const TIME_MS_MAX = 120_000;
const HEAP_MB_MAX = 2_048;
const STACK_MB_MAX = 16;

export interface EgressOptions {
  allow: string[];
  allowHosts: string[];
}

export interface CompileRequest {
  source: { url: string } | { content: string };
  egress: EgressOptions;
  documentBytesMax: number;
}

export type CompileReply =
  | { kind: "progress"; message: string }
  | { kind: "refused"; diagnostics: Diagnostic[] }
  | { kind: "compiled"; compiled: string; format: string; source: Uint8Array };

/** Reads and compiles a source in a thread of its own, with limits of memory and time; the caller's event loop stays free. */
export function createCompileSource(egress: EgressOptions): CompileSource {
  return (source, onProgress) =>
    new Promise((resolve, reject) => {
      const request: CompileRequest = { source, egress, documentBytesMax: SOURCE_BYTES_MAX };
      const thread = new Worker(new URL("./compile-thread.ts", import.meta.url), {
        workerData: request,
        env: {}, // Nothing of the process's environment is there to be read.
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX, stackSizeMb: STACK_MB_MAX },
      });
      const deadline = setTimeout(() => {
        void thread.terminate();
        reject(tooMuch(`It took longer than ${TIME_MS_MAX / 1000} seconds to read.`));
      }, TIME_MS_MAX);
      let isSettled = false;
      const settle = (end: () => void) => {
        if (isSettled) return;
        isSettled = true;
        clearTimeout(deadline);
        end();
        void thread.terminate();
      };
      thread.on("message", (reply: CompileReply) => {
        if (reply.kind === "progress") onProgress(reply.message);
        else if (reply.kind === "refused") settle(() => resolve({ ok: false, diagnostics: reply.diagnostics }));
        else
          settle(() =>
            resolve({
              ok: true,
              compiled: JSON.parse(reply.compiled) as Compiled,
              format: reply.format,
              source: reply.source,
            }),
          );
      });
      thread.on("error", (error: Error & { code?: string }) => {
        settle(() =>
          reject(
            error.code === "ERR_WORKER_OUT_OF_MEMORY"
              ? tooMuch(`It needs more than ${HEAP_MB_MAX} MB of memory to read.`)
              : error,
          ),
        );
      });
      thread.on("exit", (code) => settle(() => reject(new Error(`The compile thread ended early (${code}).`))));
    });
}

function tooMuch(why: string): AppError {
  return new AppError(
    "limit_exceeded",
    `This document is too much to read. ${why} Split it, or import the part that you need.`,
  );
}
