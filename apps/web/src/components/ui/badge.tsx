import type { ReactNode } from "react";
import { cx } from "./cx.ts";

const TONES = {
  neutral: "bg-sunken text-muted",
  inverse: "bg-ink text-canvas",
  accent: "bg-accent-soft text-accent",
  reading: "bg-reading-soft text-reading",
  changing: "bg-changing-soft text-changing",
  destroying: "bg-destroying-soft text-destroying",
  ok: "bg-ok-soft text-ok",
};

export type Tone = keyof typeof TONES;

export function Badge({
  tone = "neutral",
  children,
  title,
  className,
}: {
  tone?: Tone;
  children: ReactNode;
  title?: string | undefined;
  className?: string;
}) {
  return (
    <span
      title={title}
      className={cx(
        "inline-flex h-5 shrink-0 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap",
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
