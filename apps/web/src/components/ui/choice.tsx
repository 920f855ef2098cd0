"use client";

import { Select } from "./field.tsx";

/** One of a few, to filter by; two stand side by side on a phone. What is chosen stands out. */
export function Choice({
  label,
  value,
  options,
  onChange,
  isDisabled = false,
}: {
  label: string;
  value: string;
  options: readonly [string, string][];
  onChange: (value: string) => void;
  isDisabled?: boolean;
}) {
  return (
    <span className="w-[calc(50%-4px)] sm:w-auto">
      <Select
        aria-label={label}
        value={value}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.value)}
        className={value ? "h-8! border-accent! font-medium sm:max-w-56" : "h-8! sm:max-w-56"}
      >
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </Select>
    </span>
  );
}
