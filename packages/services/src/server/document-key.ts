import { type Compiled, isMistakenFor } from "@portico/openapi";
import { z } from "zod";
import { AppError } from "../error.ts";
import { slugify } from "../input.ts";

const KEY_CHARS_MAX = 24;

/** What tells the operations, credentials and variables of a further document apart. */
export const documentKeySchema = z
  .string()
  .max(KEY_CHARS_MAX, `keep it under ${KEY_CHARS_MAX} characters`)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "use lower-case letters, digits and single dashes");

/** Keys that nothing new may have: those of the other documents, of documents that were removed, and what a document would be mistaken for. */
export interface TakenKeys {
  keys: readonly string[];
  usedKeys: readonly string[];
  /** The document that keeps its own names, if it is still there. */
  unkeyed: Compiled | undefined;
}

/** The key that is asked for, or one of the title that is free: petstore, petstore-2 … */
export function settleKey(wanted: string | undefined, title: string, { keys, usedKeys, unkeyed }: TakenKeys): string {
  const isTaken = (key: string) =>
    keys.includes(key) || usedKeys.includes(key) || (unkeyed !== undefined && isMistakenFor(key, unkeyed));
  if (wanted !== undefined) {
    if (!isTaken(wanted)) return wanted;
    const message = usedKeys.includes(wanted)
      ? `"${wanted}" was the short name of a document that was removed, and earlier versions still know it; choose another`
      : `this server knows something as "${wanted}" already; choose another`;
    throw new AppError("conflict", `key: ${message}`, { issues: [{ field: "key", message }] });
  }
  const base = slugify(title).slice(0, KEY_CHARS_MAX).replace(/-+$/, "");
  for (let n = 1; ; n++) {
    const suffix = n === 1 ? "" : `-${n}`;
    const key = base.slice(0, KEY_CHARS_MAX - suffix.length).replace(/-+$/, "") + suffix;
    if (!isTaken(key)) return key;
  }
}
