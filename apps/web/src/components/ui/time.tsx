"use client";

import { useEffect, useState } from "react";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const TICK_MS = 20_000;
const RELATIVE_DAYS_MAX = 30;

/** How long ago (or from now); the exact time on hover. */
export function Time({ at }: { at: Date | string }) {
  const date = new Date(at);
  const [exact, setExact] = useState<string>();
  const [, tick] = useState(0);
  useEffect(() => {
    // The reader's time zone is known in the browser only.
    setExact(EXACT.format(new Date(at)));
    const timer = setInterval(() => tick((n) => n + 1), TICK_MS);
    return () => clearInterval(timer);
  }, [at]);
  return (
    <time dateTime={date.toISOString()} title={exact} suppressHydrationWarning className="whitespace-nowrap">
      {relative(date)}
    </time>
  );
}

function relative(date: Date): string {
  const seconds = (date.getTime() - Date.now()) / 1_000;
  const size = Math.abs(seconds);
  if (size < 45) return seconds > 5 ? "in a moment" : "just now";
  if (size > RELATIVE_DAYS_MAX * 86_400) return DAY.format(date);
  const [unit, length] = STEPS.find(([, step]) => size >= step) ?? ["minute", 60];
  return RELATIVE.format(Math.round(seconds / length) || Math.sign(seconds), unit);
}
