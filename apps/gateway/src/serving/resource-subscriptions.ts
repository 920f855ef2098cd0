import { createHash } from "node:crypto";
import type { ResourceSubscriptions } from "@portico/mcp";
import type { Deps } from "@portico/services";

const KEPT_MS = 24 * 3_600_000;
const SUBSCRIBED_MAX = 100;

/** Which resources legacy sessions want to hear of, kept in the state for a day: any process may serve a session's stream. */
export function createResourceSubscriptions({ state }: Pick<Deps, "state">): ResourceSubscriptions {
  // The session's secret stays out of the store.
  const keyOf = (session: string) =>
    `mcp-subscribed:${createHash("sha256").update(session).digest("base64url").slice(0, 32)}`;
  const list = async (session: string): Promise<string[]> => {
    const text = await state.get(keyOf(session));
    return text === null ? [] : (JSON.parse(text) as string[]);
  };
  const write = (session: string, uris: string[]) => state.set(keyOf(session), JSON.stringify(uris), KEPT_MS);
  return {
    list,
    async add(session, uri) {
      const uris = await list(session);
      if (!uris.includes(uri)) await write(session, [...uris, uri].slice(-SUBSCRIBED_MAX));
    },
    async remove(session, uri) {
      await write(
        session,
        (await list(session)).filter((one) => one !== uri),
      );
    },
  };
}
