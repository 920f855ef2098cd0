import { hash } from "node:crypto";
import type { Deps } from "@portico/services";
import { LRUCache } from "lru-cache";

/** Sessions whose state is kept in memory; of one that was pushed out, the shared state is asked again. */
const SESSIONS_MAX = 50_000;
/** An answer is believed this long even if no announcement reached us. */
const KNOWN_MS = 5 * 60_000;
/** How exact that is. */
const CLOCK_MS = 1_000;

/**
 * Which legacy sessions were ended by DELETE. The shared state remembers an ended session for as long as its id would be valid;
 * each process asks it when it first sees a session, and afterwards answers from memory, which announcements keep true.
 */
export async function createEndedSessions({ state }: Pick<Deps, "state">, ttlSeconds: number) {
  const known = new LRUCache<string, boolean | Promise<boolean>>({
    max: SESSIONS_MAX,
    ttl: KNOWN_MS,
    ttlResolution: CLOCK_MS,
  });
  const unsubscribe = await state.subscribe(
    "session-ended",
    (hash) => known.set(hash, true),
    () => known.clear(),
  );

  async function ask(hash: string): Promise<boolean> {
    return (await state.get(keyOf(hash))) !== null;
  }

  return {
    isEnded(sid: string): boolean | Promise<boolean> {
      const hash = hashOf(sid);
      const answer = known.get(hash);
      if (answer !== undefined) return answer;
      const asking = ask(hash);
      known.set(hash, asking);
      // A store that could not be read is asked again; meanwhile an announcement may have told.
      const settle = (isEnded?: boolean) => {
        if (known.peek(hash) !== asking) return;
        if (isEnded === undefined) known.delete(hash);
        else known.set(hash, isEnded);
      };
      asking.then(settle, () => settle());
      return asking;
    },
    async end(sid: string): Promise<void> {
      const hash = hashOf(sid);
      await state.set(keyOf(hash), "1", ttlSeconds * 1000);
      known.set(hash, true);
      await state.publish("session-ended", hash);
    },
    close: unsubscribe,
  };
}

/** An id is a credential's companion and up to 4 KB long: only its hash is kept and announced. */
function hashOf(sid: string): string {
  return hash("sha256", sid, "base64url");
}

function keyOf(hash: string): string {
  return `mcp-session-ended:${hash}`;
}
