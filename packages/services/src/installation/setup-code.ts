import { timingSafeEqual } from "node:crypto";
import type { Deps } from "../context.ts";

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/**
 * The code that guards the first-run page: only who can read the start-up output becomes the owner. Derived from the secret key, so
 * that it is the same in every process and after every restart, and stored nowhere. 60 bits.
 */
export function setupCode({ vault }: Pick<Deps, "vault">): string {
  const letters = [...vault.derive("setup-code").subarray(0, 12)]
    .map((byte) => LETTERS[byte % LETTERS.length])
    .join("");
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}

/** Forgiving about case and dashes, not about characters. */
export function isSetupCode(deps: Pick<Deps, "vault">, given: string): boolean {
  const plain = (text: string) => Buffer.from(text.toUpperCase().replace(/[^A-Z0-9]/g, ""));
  const [want, got] = [plain(setupCode(deps)), plain(given)];
  return want.length === got.length && timingSafeEqual(want, got);
}
