const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const PLAIN = new Intl.NumberFormat("en");

/** 950, 3.1k, 12k: for tokens and other large counts. */
export function compact(value: number): string {
  return COMPACT.format(value).toLowerCase();
}

export function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${PLAIN.format(value)} ${value === 1 ? noun : plural}`;
}

/** 84 ms, 1.2 s. */
export function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  return value < 1_000_000 ? `${(value / 1_000).toFixed(0)} KB` : `${(value / 1_000_000).toFixed(1)} MB`;
}
