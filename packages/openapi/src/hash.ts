import { hash } from "node:crypto";

/** Short, stable, lower-case hash for names: letters and digits only. */
export function shortHash(text: string, chars: number): string {
  const digest = hash("sha256", text, "buffer");
  let out = "";
  for (let index = 0; index < chars; index++) out += "abcdefghijklmnopqrstuvwxyz234567"[(digest[index] ?? 0) % 32];
  return out;
}
