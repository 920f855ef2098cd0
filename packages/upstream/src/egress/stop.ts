import { UpstreamError } from "./error.ts";

/** What ends a request early: its deadline, or whoever asked for it. */
export interface Stop {
  /** Set once it has happened. */
  readonly reason: UpstreamError | undefined;
  /** Who is told, one at a time. */
  listener: ((reason: UpstreamError) => void) | undefined;
  /** Waits; rejects when stopped meanwhile. */
  pause(ms: number): Promise<void>;
  /** Has to be called when the request is over. */
  end(): void;
}

/** One timer and one listener; `AbortSignal.any` and `AbortSignal.timeout` cost a small call a tenth of its time. */
export function createStop(timeoutMs: number, signal?: AbortSignal): Stop {
  let reason: UpstreamError | undefined;
  const stop = (code: "timeout" | "cancelled", message: string) => {
    reason ??= new UpstreamError(code, message);
    state.listener?.(reason);
  };
  const cancel = () => stop("cancelled", "The call was cancelled.");
  const deadline = setTimeout(() => stop("timeout", "The API did not answer in time."), timeoutMs);
  const state: Stop = {
    get reason() {
      return reason;
    },
    listener: undefined,
    pause: (ms) =>
      new Promise((resolve, reject) => {
        if (reason) return reject(reason);
        const timer = setTimeout(resolve, ms);
        state.listener = (stopped) => {
          clearTimeout(timer);
          reject(stopped);
        };
      }),
    end() {
      clearTimeout(deadline);
      signal?.removeEventListener("abort", cancel);
      state.listener = undefined;
    },
  };
  if (signal?.aborted) cancel();
  else signal?.addEventListener("abort", cancel);
  return state;
}
