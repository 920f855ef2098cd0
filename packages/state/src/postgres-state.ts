import { createHash } from "node:crypto";
import { Client, Pool } from "pg";
import { assertMessage, type State } from "./state.ts";

const RECONNECT_MS = 250;
const RECONNECT_MS_MAX = 5_000;

interface Subscription {
  onMessage: (message: string) => void;
  onGap: (() => void) | undefined;
}

/** State in PostgreSQL: LISTEN/NOTIFY over one connection of its own, keys in the table StateEntry. */
export function createPostgresState(url: string): State {
  const pool = new Pool({ connectionString: url, max: 3 });
  pool.on("error", () => {}); // An idle connection that breaks is replaced at the next query.
  const subscriptions = new Map<string, Set<Subscription>>();
  let listener: Client | undefined;
  let connecting: Promise<Client> | undefined;
  let isClosed = false;

  // A channel is an identifier of at most 63 bytes: a hash keeps any name inside that.
  const identifier = (channel: string) => `portico_${createHash("sha256").update(channel).digest("hex").slice(0, 40)}`;
  const byIdentifier = new Map<string, string>();

  /** One statement after another: pg queues them for us until version 9, which refuses. */
  let turn: Promise<unknown> = Promise.resolve();
  function say(client: Client, sql: string): Promise<unknown> {
    const said = turn.then(() => client.query(sql));
    turn = said.catch(() => {});
    return said;
  }

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: url, keepAlive: true });
    client.on("notification", ({ channel, payload }) => {
      for (const subscription of subscriptions.get(byIdentifier.get(channel) ?? "") ?? [])
        subscription.onMessage(payload ?? "");
    });
    client.on("error", () => {});
    client.on("end", () => {
      if (listener !== client) return;
      listener = undefined;
      if (!isClosed) void reconnect();
    });
    await client.connect();
    turn = Promise.resolve();
    for (const channel of subscriptions.keys()) await say(client, `LISTEN ${identifier(channel)}`);
    listener = client;
    return client;
  }

  async function reconnect(): Promise<void> {
    for (let wait = RECONNECT_MS; !isClosed; wait = Math.min(wait * 2, RECONNECT_MS_MAX)) {
      try {
        await ensureListener();
        for (const set of subscriptions.values()) for (const { onGap } of set) onGap?.();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, wait).unref());
      }
    }
  }

  function ensureListener(): Promise<Client> {
    if (listener) return Promise.resolve(listener);
    connecting ??= connect().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  return {
    async publish(channel, message) {
      assertMessage(channel, message);
      await pool.query("SELECT pg_notify($1, $2)", [identifier(channel), message]);
    },
    async subscribe(channel, onMessage, onGap) {
      const subscription = { onMessage, onGap };
      const set = subscriptions.get(channel) ?? new Set();
      subscriptions.set(channel, set.add(subscription));
      byIdentifier.set(identifier(channel), channel);
      const client = await ensureListener();
      await say(client, `LISTEN ${identifier(channel)}`);
      return async () => {
        set.delete(subscription);
        if (set.size > 0) return;
        subscriptions.delete(channel);
        if (listener) await say(listener, `UNLISTEN ${identifier(channel)}`).catch(() => {});
      };
    },
    async get(key) {
      const { rows } = await pool.query<{ value: string }>(
        'SELECT value FROM "StateEntry" WHERE key = $1 AND "expiresAt" > now()',
        [key],
      );
      return rows[0]?.value ?? null;
    },
    async set(key, value, ttlMs) {
      await pool.query(
        `INSERT INTO "StateEntry" (key, value, "expiresAt") VALUES ($1, $2, now() + $3 * INTERVAL '1 millisecond')
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, "expiresAt" = excluded."expiresAt"`,
        [key, value, ttlMs],
      );
    },
    async setIfAbsent(key, value, ttlMs) {
      const { rowCount } = await pool.query(
        `INSERT INTO "StateEntry" AS entry (key, value, "expiresAt") VALUES ($1, $2, now() + $3 * INTERVAL '1 millisecond')
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, "expiresAt" = excluded."expiresAt" WHERE entry."expiresAt" <= now()`,
        [key, value, ttlMs],
      );
      return rowCount === 1;
    },
    async delete(key) {
      await pool.query('DELETE FROM "StateEntry" WHERE key = $1', [key]);
    },
    async increment(key, ttlMs, by = 1) {
      const { rows } = await pool.query<{ value: string }>(
        `INSERT INTO "StateEntry" AS entry (key, value, "expiresAt") VALUES ($1, $3::text, now() + $2 * INTERVAL '1 millisecond')
         ON CONFLICT (key) DO UPDATE SET
           value = CASE WHEN entry."expiresAt" <= now() THEN $3::text ELSE (entry.value::bigint + $3::text::bigint)::text END,
           "expiresAt" = CASE WHEN entry."expiresAt" <= now() THEN excluded."expiresAt" ELSE entry."expiresAt" END
         RETURNING value`,
        [key, ttlMs, String(by)],
      );
      return Number(rows[0]?.value);
    },
    async close() {
      isClosed = true;
      await connecting?.catch(() => {});
      await listener?.end().catch(() => {});
      await pool.end();
    },
  };
}
