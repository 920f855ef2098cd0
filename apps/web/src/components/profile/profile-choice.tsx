"use client";

import type { ProfileChoice } from "@portico/services";
import { Badge } from "@/components/ui/badge.tsx";

/** Which profile somebody runs with; nothing to choose where there is one. */
export function ProfilePicker({
  profiles,
  value,
  onChange,
}: {
  profiles: ProfileChoice[];
  value: string;
  onChange: (id: string) => void;
}) {
  if (profiles.length < 2) return null;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 font-medium">Profile</legend>
      {profiles.map(({ id, name, isDefault, isOwn }) => (
        <label
          key={id}
          className="flex cursor-pointer items-center gap-2.5 rounded-control border border-line px-3 py-2.5 has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name="choice"
            value={id}
            checked={id === value}
            onChange={() => onChange(id)}
            className="size-4 accent-accent"
          />
          <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{name}</span>
          {isDefault ? <Badge>Default</Badge> : null}
          {isOwn ? <Badge>Yours</Badge> : null}
        </label>
      ))}
    </fieldset>
  );
}

/** The profile that is chosen at first: what was chosen before, or the default, or the first. */
export function firstChoice(profiles: ProfileChoice[], before: string | null | undefined): string {
  const chosen = profiles.find(({ id }) => id === before) ?? profiles.find(({ isDefault }) => isDefault) ?? profiles[0];
  return chosen?.id ?? "";
}
