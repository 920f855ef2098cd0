import { Redis } from "ioredis";
import { assertMessage, type State } from "./state.ts";

const PREFIX = "portico:";

/** State in Redis: one connection for commands, one for subscriptions. */
export function createRedisState(url: string): State {
  const commands = new Redis(url, { maxRetriesPerRequest: 2 });
  const listener = new Redis(url, { maxRetriesPerRequest: null });
  for (const connection of [commands, listener]) connection.on("error", () => {}); // ioredis reconnects by itself.
  const subscriptions = new Map<
    string,
    Set<{ onMessage: (message: string) => void; onGap: (() => void) | undefined }>
  >();
  let wasReady = false;
  listener.on("ready", () => {
    if (wasReady) for (const set of subscriptions.values()) for (const { onGap } of set) onGap?.();
    wasReady = true;
  });
  listener.on("message", (channel: string, message: string) => {
    for (const { onMessage } of subscriptions.get(channel) ?? []) onMessage(message);
  });
  return {
    async publish(channel, message) {
      assertMessage(channel, message);
      await commands.publish(PREFIX + channel, message);
    },
    async subscribe(channel, onMessage, onGap) {
      const name = PREFIX + channel;
      const subscription = { onMessage, onGap };
      const set = subscriptions.get(name) ?? new Set();
      subscriptions.set(name, set.add(subscription));
      await listener.subscribe(name);
      return async () => {
        set.delete(subscription);
        if (set.size > 0) return;
        subscriptions.delete(name);
        await listener.unsubscribe(name).catch(() => {});
      };
    },
    get: (key) => commands.get(PREFIX + key),
    async set(key, value, ttlMs) {
      await commands.set(PREFIX + key, value, "PX", ttlMs);
    },
    async setIfAbsent(key, value, ttlMs) {
      return (await commands.set(PREFIX + key, value, "PX", ttlMs, "NX")) === "OK";
    },
    async delete(key) {
      await commands.del(PREFIX + key);
    },
    async increment(key, ttlMs, by = 1) {
      const replies = await commands
        .multi()
        .set(PREFIX + key, "0", "PX", ttlMs, "NX")
        .incrby(PREFIX + key, by)
        .exec();
      return Number(replies?.[1]?.[1]);
    },
    async close() {
      commands.disconnect();
      listener.disconnect();
    },
  };
}

/** Whether an error says that Redis cannot be reached: asking again later may help, and nothing of ours is wrong. */
export function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === "MaxRetriesPerRequestError" || error.message === "Connection is closed.";
}
