import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";

/** One of a few choices, each with a sentence on what it means. */
export function RadioCard({
  icon: Icon,
  label,
  sentence,
  ...input
}: { icon: LucideIcon; label: string; sentence: string } & Omit<ComponentProps<"input">, "type" | "className">) {
  return (
    <label className="flex cursor-pointer gap-2.5 rounded-control border border-line p-2.5 has-checked:border-accent has-checked:bg-accent-soft">
      <input {...input} type="radio" className="mt-0.5 size-4 accent-accent" />
      <span>
        <span className="flex items-center gap-1.5 font-medium">
          <Icon size={14} aria-hidden />
          {label}
        </span>
        <span className="block text-sm text-muted">{sentence}</span>
      </span>
    </label>
  );
}
