import { cx } from "./cx.ts";

/** Text as it is, in lines of its own; long ones break, and it scrolls when it is high. */
export function CodeBlock({ text, label, className }: { text: string; label: string; className?: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard
    <section aria-label={label} tabIndex={0} className={cx("overflow-auto rounded-card border bg-sunken", className)}>
      <pre className="p-3 font-mono text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</pre>
    </section>
  );
}
