import { fork } from "node:child_process";
import type { HostReply, HostRequest } from "./isolate-host.ts";

export interface IsolateLimits {
  timeMsMax: number;
  heapMbMax: number;
  stackMbMax: number;
}

/** Work that did not end by itself. */
export class IsolateLimitError extends Error {
  readonly limit: "time" | "memory";
  constructor(limit: "time" | "memory") {
    super(`The work ran out of ${limit}.`);
    this.name = "IsolateLimitError";
    this.limit = limit;
  }
}

/** What Node reads when it starts and what an operator may have to set: where certificates are, and what Node runs with. */
const PASSED_ON = ["NODE_EXTRA_CA_CERTS", "NODE_OPTIONS", "NODE_USE_SYSTEM_CA", "SSL_CERT_DIR", "SSL_CERT_FILE"];

const PRINTED_MAX = 2_000;

/**
 * Runs a file in a process of its own and resolves with the first message that `answer` makes something of. The caller's event loop
 * stays free, nothing of the process's environment is there to be read, and the process ends with its answer, its limits or its
 * parent. What brings the JavaScript engine itself down ends that process alone: a limit on the heap is not kept in every case.
 *
 * @throws IsolateLimitError when it took too long or needed too much memory; what the file throws, as an Error of that name and message.
 */
export function runIsolated<Reply, Answer>(
  file: URL,
  workerData: unknown,
  limits: IsolateLimits,
  answer: (reply: Reply) => Answer | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const env = Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
    // Bytes travel as bytes ("advanced").
    const host = fork(new URL("./isolate-host.ts", import.meta.url), {
      env,
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    // The last words of an engine that gave up.
    let printed = "";
    host.stderr?.setEncoding("utf8").on("data", (text: string) => {
      printed = (printed + text).slice(-PRINTED_MAX);
    });
    let isSettled = false;
    const settle = (end: () => void) => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(deadline);
      end();
      host.kill("SIGKILL");
    };
    const fail = (error: Error) => settle(() => reject(error));
    const deadline = setTimeout(() => fail(new IsolateLimitError("time")), limits.timeMsMax);
    host.on("message", (reply: HostReply) => {
      if (reply.kind === "outOfMemory") return fail(new IsolateLimitError("memory"));
      if (reply.kind === "failed") return fail(Object.assign(new Error(reply.message), { name: reply.name }));
      try {
        const found = answer(reply.message as Reply);
        if (found !== undefined) settle(() => resolve(found));
      } catch (error) {
        settle(() => reject(error));
      }
    });
    host.on("error", fail);
    host.on("exit", (code, signal) =>
      // An engine that cannot get memory aborts. A system that has none left kills whom it likes: that is tried again.
      fail(
        signal === "SIGABRT"
          ? new IsolateLimitError("memory")
          : new Error(`The process for ${file.pathname.split("/").at(-1)} ended early (${signal ?? code}). ${printed}`),
      ),
    );
    const request: HostRequest = { file: file.href, workerData, limits };
    host.send(request, (error) => error && fail(error));
  });
}
