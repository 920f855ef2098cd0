import { randomBytes } from "node:crypto";
import { createVault } from "@portico/db";
import type { State } from "@portico/state";
import { afterEach, expect, it, vi } from "vitest";
import { createRefreshReplay } from "./refresh-replay.ts";

/** Shared state in memory whose next read can be held back, to let another request overtake. */
function createMemoryState() {
  const kept = new Map<string, string>();
  let hold: Promise<void> | undefined;
  const state = {
    async get(key: string) {
      const value = kept.get(key) ?? null;
      const held = hold;
      hold = undefined;
      await held;
      return value;
    },
    async set(key: string, value: string) {
      kept.set(key, value);
    },
    async setIfAbsent(key: string, value: string) {
      if (kept.has(key)) return false;
      kept.set(key, value);
      return true;
    },
    async delete(key: string) {
      kept.delete(key);
    },
  };
  return {
    state: state as unknown as State,
    /** The next read answers with what is there now, but only when the returned function is called. */
    holdNextRead(): () => void {
      let release = () => {};
      hold = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
}

const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token: "old", client_id: "c" });
afterEach(() => vi.useRealTimers());
const vault = createVault([randomBytes(32).toString("base64url")]);

it("gives the winner's answer to a request that looked just before the winner had finished", async () => {
  const { state, holdNextRead } = createMemoryState();
  const replay = createRefreshReplay({ state, vault });
  const winner = await replay.begin(form, undefined);
  expect(winner.outcome).toBe("first");
  const release = holdNextRead();
  const late = replay.begin(form, undefined);
  await replay.remember(winner.key, "the answer");
  release();
  expect(await late).toMatchObject({ outcome: "replay", body: "the answer" });
  expect(await replay.begin(form, undefined)).toMatchObject({ outcome: "replay" });
});

it("lets nobody go in the place of a winner that is slow: the token would be spent twice", async () => {
  vi.useFakeTimers();
  const { state } = createMemoryState();
  const replay = createRefreshReplay({ state, vault });
  const winner = await replay.begin(form, undefined);
  const [patient, late] = [replay.begin(form, undefined), replay.begin(form, undefined)];
  await vi.advanceTimersByTimeAsync(15_000);
  await replay.remember(winner.key, "the answer");
  await vi.advanceTimersByTimeAsync(100);
  expect(await patient).toMatchObject({ outcome: "replay", body: "the answer" });
  expect(await late).toMatchObject({ outcome: "replay" });

  const next = new URLSearchParams({ ...Object.fromEntries(form), refresh_token: "next" });
  expect(await replay.begin(next, undefined)).toMatchObject({ outcome: "first" });
  const given = replay.begin(next, undefined);
  await vi.advanceTimersByTimeAsync(21_000);
  expect(await given).toMatchObject({ outcome: "busy" });
});

it("lets the next one try when the winner was refused", async () => {
  const { state } = createMemoryState();
  const replay = createRefreshReplay({ state, vault });
  const winner = await replay.begin(form, undefined);
  await replay.release(winner.key);
  expect(await replay.begin(form, undefined)).toMatchObject({ outcome: "first" });
});
