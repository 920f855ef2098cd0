import type { Deps } from "@portico/services";
import { LRUCache } from "lru-cache";

/** Sessions whose state is kept in memory; of one that was pushed out, the shared state is asked again. */
const SESSIONS_MAX = 50_000;
/** An answer is believed this long even if no announcement reached us. */
const KNOWN_MS = 5 * 60_000;
/** How exact that is. */
const CLOCK_MS = 1_000;

/**
 * Which legacy sessions, by their keys, were ended by DELETE. The shared state remembers an ended session for as long as its id would be valid;
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
    (session) => known.set(session, true),
    () => known.clear(),
  );

  async function ask(session: string): Promise<boolean> {
    return (await state.get(stateKeyOf(session))) !== null;
  }

  return {
    isEnded(session: string): boolean | Promise<boolean> {
      const answer = known.get(session);
      if (answer !== undefined) return answer;
      const asking = ask(session);
      known.set(session, asking);
      // A store that could not be read is asked again; meanwhile an announcement may have told.
      const settle = (isEnded?: boolean) => {
        if (known.peek(session) !== asking) return;
        if (isEnded === undefined) known.delete(session);
        else known.set(session, isEnded);
      };
      asking.then(settle, () => settle());
      return asking;
    },
    async end(session: string): Promise<void> {
      await state.set(stateKeyOf(session), "1", ttlSeconds * 1000);
      known.set(session, true);
      await state.publish("session-ended", session);
    },
    close: unsubscribe,
  };
}

function stateKeyOf(session: string): string {
  return `mcp-session-ended:${session}`;
}
