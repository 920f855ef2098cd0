import { createHash } from "node:crypto";
import { networkOf, type WrongPasswords } from "@portico/auth";
import type { Deps } from "@portico/services";

const WINDOW_MS = 5 * 60_000;
/** For one account from one network in five minutes. */
const WRONG_MAX = 10;

/** Counts in the shared state, so that a second process is no second chance. Addresses are not kept as they are. */
export function countWrongPasswords(state: Deps["state"]): WrongPasswords {
  const keyOf = (email: string, ip: string) =>
    `wrong-passwords:${createHash("sha256")
      .update(`${email} ${networkOf(ip)}`)
      .digest("base64url")}`;
  return {
    isOver: async (email, ip) => Number(await state.get(keyOf(email, ip))) >= WRONG_MAX,
    note: async (email, ip) => void (await state.increment(keyOf(email, ip), WINDOW_MS)),
  };
}
