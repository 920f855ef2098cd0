import type { UsageEvent } from "./record-usage.ts";

/** One event of a batch: what differs from the event before it; null stands for what that one had and this one has not. */
export type UsageDelta = Record<string, unknown>;

/** Control, bidi and zero-width characters, and halves of a pair. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
const PLAIN = /^[ -~]*$/;

/**
 * Events as they travel to the worker: neighbours have nearly everything in common, and each is a row of 24 columns.
 * Texts lose characters that nobody sees: clients name themselves, and one NUL byte in a name is text that
 * PostgreSQL refuses, and with it everybody's whole batch.
 */
export function packUsage(events: readonly UsageEvent[]): UsageDelta[] {
  let before: Record<string, unknown> = {};
  return events.map((event) => {
    const now = event as Record<string, unknown>;
    const delta: UsageDelta = {};
    for (const name in now) if (now[name] !== before[name]) delta[name] = packed(now[name]);
    for (const name in before) if (before[name] !== undefined && now[name] === undefined) delta[name] = null;
    before = now;
    return delta;
  });
}

/** The events that `packUsage` was given, unchecked. */
export function unpackUsage(deltas: readonly unknown[]): Record<string, unknown>[] {
  let before: Record<string, unknown> = {};
  return deltas.map((delta) => {
    before = { ...before, ...(delta as object) };
    return before;
  });
}

function packed(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  return typeof value === "string" && !PLAIN.test(value) ? value.replace(INVISIBLE, "") : value;
}
