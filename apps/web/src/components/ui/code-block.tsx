import { cx } from "./cx.ts";
import { ScrollRegion } from "./scroll-region.tsx";

/** Text as it is, in lines of its own; long ones break, and it scrolls when it is high. */
export function CodeBlock({ text, label, className }: { text: string; label: string; className?: string }) {
  return (
    <ScrollRegion label={label} className={cx("bg-sunken", className)}>
      <pre className="p-3 font-mono text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</pre>
    </ScrollRegion>
  );
}
