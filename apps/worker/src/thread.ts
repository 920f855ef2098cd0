import { Worker } from "node:worker_threads";

export interface ThreadLimits {
  timeMsMax: number;
  heapMbMax: number;
  stackMbMax: number;
}

const YOUNG_MB = 6;

/** A thread that did not end by itself. */
export class ThreadLimitError extends Error {
  readonly limit: "time" | "memory";
  constructor(limit: "time" | "memory") {
    super(`The thread ran out of ${limit}.`);
    this.name = "ThreadLimitError";
    this.limit = limit;
  }
}

/**
 * Runs a file in a thread of its own and resolves with the first message that `answer` makes something of. The caller's event loop
 * stays free, nothing of the process's environment is there to be read, and the thread ends with its answer, its limits or its process.
 */
export function runInThread<Reply, Answer>(
  file: URL,
  workerData: unknown,
  limits: ThreadLimits,
  answer: (reply: Reply) => Answer | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(file, {
      workerData,
      env: {},
      resourceLimits: {
        maxOldGenerationSizeMb: limits.heapMbMax,
        // More saves no time here, and costs up to a sixth of the memory.
        maxYoungGenerationSizeMb: YOUNG_MB,
        stackSizeMb: limits.stackMbMax,
      },
    });
    let isSettled = false;
    const settle = (end: () => void) => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(deadline);
      end();
      void thread.terminate();
    };
    const deadline = setTimeout(() => settle(() => reject(new ThreadLimitError("time"))), limits.timeMsMax);
    thread.on("message", (reply: Reply) => {
      try {
        const found = answer(reply);
        if (found !== undefined) settle(() => resolve(found));
      } catch (error) {
        settle(() => reject(error));
      }
    });
    thread.on("error", (error: Error & { code?: string }) =>
      settle(() => reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? new ThreadLimitError("memory") : error)),
    );
    thread.on("exit", (code) => settle(() => reject(new Error(`The thread ended early (${code}).`))));
  });
}
