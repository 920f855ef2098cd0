import type { ServerResponse } from "node:http";
import type { McpStream } from "@portico/mcp";
import type { Deps } from "@portico/services";
import type { FastifyReply } from "fastify";

/** Proxies close what is silent for a minute, some for half of one. */
const KEEP_ALIVE_MS = 15_000;
/** Whoever reads nothing while this much waits is gone (in bytes). */
const UNREAD_BYTES_MAX = 1024 * 1024;
const KEEP_ALIVE = ": keep-alive\n\n";
/** Streams that one caller may keep open at one server, in each process, to hear of changes: a person's, and those of a program. */
const LISTENING_MAX = { person: 50, program: 500 };

interface Open {
  response: ServerResponse;
  /** Whether its owner may still have it. */
  isAllowed: () => Promise<boolean>;
}

/**
 * The open event streams of this process: keeps them alive, and ends those whose owner lost access. A stream is allowed by the same
 * question as a request, so a token that ends takes its streams along within the interval, and one that is revoked at once.
 */
export async function createStreams({ state }: Pick<Deps, "state">, onError: (error: unknown) => void) {
  const streams = new Set<Open>();
  const listening = new Map<string, number>();

  async function check(): Promise<void> {
    for (const stream of streams) {
      if (await stream.isAllowed().catch(() => true)) continue;
      streams.delete(stream);
      stream.response.destroy();
    }
  }
  // After everybody who heard the same has dropped what they knew.
  const checkSoon = () => setImmediate(() => check().catch(onError));
  const unsubscribe = await state.subscribe("access-changed", checkSoon, checkSoon);
  const timer = setInterval(() => {
    for (const { response } of streams) if (response.writable) response.write(KEEP_ALIVE);
    checkSoon();
  }, KEEP_ALIVE_MS);
  timer.unref();

  return {
    /** Takes a place for one more stream of this caller that listens, and returns how to give it back; undefined when all are taken. */
    takePlace(listener: string, kind: keyof typeof LISTENING_MAX): (() => void) | undefined {
      const taken = listening.get(listener) ?? 0;
      if (taken >= LISTENING_MAX[kind]) return undefined;
      listening.set(listener, taken + 1);
      return () => {
        const left = (listening.get(listener) ?? 0) - 1;
        if (left > 0) listening.set(listener, left);
        else listening.delete(listener);
      };
    },
    /** Takes the reply over, sends its head, and writes the stream into it until one of the two ends. */
    async run(
      reply: FastifyReply,
      head: { status: number; headers: Record<string, string> },
      stream: McpStream,
      isAllowed: Open["isAllowed"],
    ): Promise<void> {
      reply.hijack();
      const response = reply.raw;
      response.writeHead(head.status, { ...(reply.getHeaders() as Record<string, string>), ...head.headers });
      // Now: a client that opened a stream waits for the head, not for an event.
      response.flushHeaders();
      const open: Open = { response, isAllowed };
      streams.add(open);
      try {
        await stream((events) => {
          if (!response.writable) return;
          response.write(events);
          if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
        });
      } finally {
        streams.delete(open);
        response.end();
      }
    },
    async close(): Promise<void> {
      clearInterval(timer);
      await unsubscribe();
    },
  };
}

export type Streams = Awaited<ReturnType<typeof createStreams>>;
