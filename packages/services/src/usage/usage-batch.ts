import { type UsageEvent, usageEventSchema } from "./record-usage.ts";

/** A batch by its columns: those that every event has alike stand once. Nulls stand for what an event does not have. */
export interface UsageBatch {
  count: number;
  alike: Record<string, unknown>;
  each: Record<string, unknown[]>;
}

/** Control, bidi and zero-width characters, and halves of a pair. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
const PLAIN = /^[ -~]*$/;

/**
 * Events as they travel to the worker: most of their 25 columns are the same all the way down, and no name is written twice.
 * Texts lose characters that nobody sees: clients name themselves, and one NUL byte in a name is text that
 * PostgreSQL refuses, and with it everybody's whole batch.
 */
export function packUsage(events: readonly UsageEvent[]): UsageBatch {
  const batch: UsageBatch = { count: events.length, alike: {}, each: {} };
  for (const name of COLUMNS) {
    const first = events[0]?.[name];
    if (events.every((event) => event[name] === first)) batch.alike[name] = packed(first);
    else batch.each[name] = events.map((event) => packed(event[name]));
  }
  return batch;
}

const COLUMNS = Object.keys(usageEventSchema.shape) as (keyof UsageEvent)[];

/** The events that `packUsage` was given, unchecked. */
export function unpackUsage({ count, alike, each }: UsageBatch): Record<string, unknown>[] {
  const columns = Object.entries(each);
  return Array.from({ length: count }, (_, row) => ({
    ...alike,
    ...Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
  }));
}

function packed(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(packedStep);
  return typeof value === "string" && !PLAIN.test(value) ? value.replace(INVISIBLE, "") : value;
}

/** A step as a part of an event: its texts are the document's. */
function packedStep(step: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(step).map(([name, value]) => [name, packed(value)]));
}
