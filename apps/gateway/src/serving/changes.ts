import type { Changes, ServedVersion } from "@portico/mcp";
import { type Deps, findServedVersions } from "@portico/services";

/** Streams of one process and of one server in it; each costs a socket and some 20 KB. */
const LISTENERS_MAX = 10_000;
const LISTENERS_OF_SERVER_MAX = 2_000;
/** Announcements of one edit come in groups. */
const SETTLE_MS = 100;

interface Watched {
  versionId: string;
  listeners: Set<Parameters<Changes["listen"]>[1]>;
}

/**
 * Tells the open streams of this process when another version of their server is served or others may use other tools of it, and ends
 * them when it is paused or deleted. An announcement says only that a server changed: one query then asks for all servers with streams here that were named.
 */
export async function createChanges({ db, state }: Pick<Deps, "db" | "state">, onError: (error: unknown) => void) {
  const servers = new Map<string, Watched>();
  const named = new Set<string>();
  let count = 0;
  let isWaiting = false;

  async function look(): Promise<void> {
    const ids = [...named].filter((id) => servers.has(id));
    named.clear();
    if (ids.length === 0) return;
    const served = await findServedVersions({ db }, ids);
    for (const id of ids) {
      const watched = servers.get(id);
      if (!watched) continue;
      const versionId = served.get(id);
      if (versionId === undefined) for (const listener of [...watched.listeners]) listener.onEnd();
      else if (versionId !== watched.versionId) {
        watched.versionId = versionId;
        for (const listener of [...watched.listeners]) listener.onVersion(versionId);
      }
    }
  }

  function lookSoon(ids: Iterable<string>): void {
    for (const id of ids) named.add(id);
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      look().catch((error) => {
        onError(error);
        // What was asked about is not known, so everything is asked about again.
        lookSoon(servers.keys());
      });
    }, SETTLE_MS).unref();
  }

  function tellConnection(id: string): void {
    const concerned = [...servers.values()].flatMap(({ versionId, listeners }) =>
      [...listeners].filter(({ connectionId }) => connectionId === id).map((listener) => ({ listener, versionId })),
    );
    if (concerned.length === 0) return;
    setTimeout(() => {
      for (const { listener, versionId } of concerned) listener.onVersion(versionId);
    }, SETTLE_MS).unref();
  }

  const unsubscribe = await Promise.all([
    state.subscribe(
      "server-changed",
      (serverId) => {
        if (servers.has(serverId)) lookSoon([serverId]);
      },
      () => lookSoon(servers.keys()),
    ),
    // Clients list the tools again, and get those that they may use now: all of a server, or one connection.
    state.subscribe("access-changed", (id) => {
      const watched = servers.get(id);
      if (!watched) return tellConnection(id);
      setTimeout(() => {
        for (const listener of [...watched.listeners]) listener.onVersion(watched.versionId);
      }, SETTLE_MS).unref();
    }),
  ]);

  return {
    listen({ serverId, versionId }: ServedVersion, listener) {
      const watched = servers.get(serverId) ?? { versionId, listeners: new Set() };
      if (count >= LISTENERS_MAX || watched.listeners.size >= LISTENERS_OF_SERVER_MAX) return undefined;
      servers.set(serverId, watched);
      watched.listeners.add(listener);
      count++;
      // Others listen already, to another version: one of the two views is out of date.
      if (watched.versionId !== versionId) lookSoon([serverId]);
      return () => {
        if (!watched.listeners.delete(listener)) return;
        count--;
        if (watched.listeners.size === 0) servers.delete(serverId);
      };
    },
    /** Ends every stream; clients come back to another process. */
    endAll(): void {
      for (const { listeners } of [...servers.values()]) for (const listener of [...listeners]) listener.onEnd();
    },
    async close() {
      await Promise.all(unsubscribe.map((end) => end()));
    },
  } satisfies Changes & Record<string, unknown>;
}
