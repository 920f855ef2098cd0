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
  const waiting = new Map<string, (text: string) => void>();

  async function deliver(message: Message): Promise<void> {
    const listener = waiting.get(message.key);
    if (!listener) return;
    const text = "text" in message ? message.text : await state.get(message.at);
    if (text !== null) listener(text);
  }

  // Written by `send` only.
  const unsubscribe = await state.subscribe(
    CHANNEL,
    (text) => void deliver(JSON.parse(text) as Message).catch(onError),
  );

  return {
    listen(key, onMessage) {
      waiting.set(key, onMessage);
      return () => {
        if (waiting.get(key) === onMessage) waiting.delete(key);
      };
    },
    async send(key, text) {
      const local = waiting.get(key);
      if (local) return local(text);
      let message: Message = { key, text };
      if (Buffer.byteLength(text) > TEXT_BYTES_MAX) {
        message = { key, at: `mcp-relay:${randomUUID()}` };
        await state.set(message.at, text, KEPT_MS);
      }
      await state.publish(CHANNEL, JSON.stringify(message));
    },
    close: unsubscribe,
  } satisfies Relay & { close: () => Promise<void> };
}
