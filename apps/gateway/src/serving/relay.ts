import { randomUUID } from "node:crypto";
import type { Relay } from "@portico/mcp";
import type { Deps } from "@portico/services";

const CHANNEL = "mcp-relay";
/** What fits into an announcement beside its key; more goes through a key of the state. */
const TEXT_BYTES_MAX = 4_000;
const KEPT_MS = 60_000;

type Message = { key: string } & ({ text: string } | { at: string });

/** Carries what a client posts to one process to the call that waits for it, which may run in another. */
export async function createRelay({ state }: Pick<Deps, "state">, onError: (error: unknown) => void) {
  const waiting = new Map<string, Set<(text: string) => void>>();

  function hand(key: string, text: string): boolean {
    const listeners = waiting.get(key);
    for (const listener of [...(listeners ?? [])]) listener(text);
    return listeners !== undefined;
  }

  async function deliver(message: Message): Promise<void> {
    if (!waiting.has(message.key)) return;
    const text = "text" in message ? message.text : await state.get(message.at);
    if (text !== null) hand(message.key, text);
  }

  // Written by `send` only.
  const unsubscribe = await state.subscribe(
    CHANNEL,
    (text) => void deliver(JSON.parse(text) as Message).catch(onError),
  );

  return {
    listen(key, onMessage) {
      const listeners = waiting.get(key) ?? new Set();
      waiting.set(key, listeners.add(onMessage));
      return () => {
        listeners.delete(onMessage);
        if (listeners.size === 0) waiting.delete(key);
      };
    },
    async send(key, text) {
      if (hand(key, text)) return;
      let message: Message = { key, text };
      if (Buffer.byteLength(text) > TEXT_BYTES_MAX) {
        message = { key, at: `mcp-relay:${randomUUID()}` };
        await state.set(message.at, text, KEPT_MS);
      }
      await state.publish(CHANNEL, JSON.stringify(message));
    },
    /** For what several wait for, in whichever process: it comes back to this one too. */
    async broadcast(key: string): Promise<void> {
      await state.publish(CHANNEL, JSON.stringify({ key, text: "" } satisfies Message));
    },
    close: unsubscribe,
  } satisfies Relay & Record<string, unknown>;
}

export type GatewayRelay = Awaited<ReturnType<typeof createRelay>>;
