import { createHash } from "node:crypto";
import type { Vault } from "@portico/db";
import type { State } from "@portico/state";

/** Longer than the provider ever takes: who went on in its place would spend the token a second time, which ends the sign-in. */
const LOCK_MS = 60_000;
/** A client waits about this long for an answer. */
const WAIT_MS_MAX = 20_000;
/** How long the successor of a refresh token is handed to whoever presents the old one again. */
const GRACE_MS = 30_000;
const POLL_MS = 40;
const NAMES = ["client_id", "client_secret", "refresh_token", "resource", "scope"];

/**
 * Clients refresh in parallel, and a lost answer makes them try again. The first request with a refresh token is the winner; the
 * others, for 30 seconds, get the winner's own answer, so that nobody is signed out and there is one successor. The key holds
 * everything that makes two requests the same, what the client proves itself with included; the answer is sealed. Where the shared
 * state is away, there is no grace.
 */
export function createRefreshReplay({ state, vault }: { state: State; vault: Vault }) {
  return {
    /** "first": ask the provider, then call `remember` or `release`. "replay": the winner's answer. "busy": it has none yet; ask again later. */
    async begin(
      form: URLSearchParams,
      authorization: string | undefined,
    ): Promise<{ key: string; outcome: "first" | "busy" } | { key: string; outcome: "replay"; body: string }> {
      const parts = [authorization ?? "", ...NAMES.map((name) => form.getAll(name))];
      const key = `refresh:${createHash("sha256").update(JSON.stringify(parts)).digest("base64url")}`;
      const answered = async () => {
        const answer = await state.get(key);
        return answer === null ? null : { key, outcome: "replay" as const, body: vault.open(answer, key) };
      };
      try {
        for (const deadline = Date.now() + WAIT_MS_MAX; ; ) {
          const before = await answered();
          if (before) return before;
          if (await state.setIfAbsent(`${key}:lock`, "1", LOCK_MS)) {
            // The winner may have finished between the two: to ask the provider again would end the whole sign-in.
            const meanwhile = await answered();
            if (!meanwhile) return { key, outcome: "first" };
            await state.delete(`${key}:lock`);
            return meanwhile;
          }
          if (Date.now() > deadline) return { key, outcome: "busy" };
          await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        }
      } catch {
        return { key, outcome: "first" };
      }
    },
    async remember(key: string, body: string): Promise<void> {
      await state.set(key, vault.seal(body, key), GRACE_MS).catch(() => {});
      await state.delete(`${key}:lock`).catch(() => {});
    },
    async release(key: string): Promise<void> {
      await state.delete(`${key}:lock`).catch(() => {});
    },
  };
}
