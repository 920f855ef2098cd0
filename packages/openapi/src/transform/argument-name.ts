import { shortHash } from "../hash.ts";

/** Something that becomes one property of a tool's input. */
export interface Slot {
  place: string;
  name: string;
}

/** The tightest rule among clients for property names. */
export const ARGUMENT_CHARS_MAX = 64;

/**
 * One argument name for each slot, in order: the name itself where it is allowed and unique. Two that meet
 * take their place as a suffix (`id_path`, `id_body`), then a number.
 */
export function argumentNames(slots: readonly Slot[]): string[] {
  const candidates = slots.map((slot) => argumentName(slot.name));
  if (new Set(candidates).size === candidates.length) return candidates;
  const count = new Map<string, number>();
  for (const candidate of candidates) count.set(candidate, (count.get(candidate) ?? 0) + 1);
  const taken = new Set(candidates.filter((candidate) => count.get(candidate) === 1));
  return slots.map((slot, index) => {
    const candidate = candidates[index] as string;
    if (count.get(candidate) === 1) return candidate;
    const base = withSuffix(candidate, slot.place);
    let name = base;
    for (let number = 2; taken.has(name); number++) name = withSuffix(base, String(number));
    taken.add(name);
    return name;
  });
}

function withSuffix(name: string, suffix: string): string {
  return `${name.slice(0, ARGUMENT_CHARS_MAX - suffix.length - 1)}_${suffix}`;
}

const UNSAFE = new Set(["__proto__", "constructor", "prototype"]);

/** Whether every client takes this as the name of an argument. */
export function isArgumentName(name: string): boolean {
  return /^[a-zA-Z0-9_.-]{1,64}$/.test(name) && !UNSAFE.has(name);
}

/** The name itself where it is allowed, else the nearest that is. */
export function argumentName(name: string): string {
  if (isArgumentName(name)) return name;
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-zA-Z0-9_.-]+/g, "_")
    .replace(/^_+|_+$/g, "");
  if (plain === "" || UNSAFE.has(name)) return `argument_${shortHash(name, 4)}`;
  if (plain.length <= ARGUMENT_CHARS_MAX) return plain;
  return `${plain.slice(0, ARGUMENT_CHARS_MAX - 7)}_${shortHash(name, 6)}`;
}
