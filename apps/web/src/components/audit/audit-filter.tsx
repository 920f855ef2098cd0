"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Field, Select } from "@/components/ui/field.tsx";
import { kindLabel } from "./words.ts";

/** Each choice has an address of its own, so that it can be kept and sent. */
export function AuditFilter({
  actors,
  kinds,
  actor,
  kind,
}: {
  actors: { id: string; name: string }[];
  kinds: string[];
  actor: string;
  kind: string;
}) {
  const router = useRouter();
  const [isPending, start] = useTransition();
  const choose = (change: { actor?: string; kind?: string }) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ actor, kind, ...change })) if (value) query.set(name, value);
    start(() => router.push(`/settings/audit-log?${query}`));
  };
  return (
    <div className="mb-4 flex flex-wrap gap-3" aria-busy={isPending}>
      <div className="w-full sm:w-56">
        <Field label="Who">
          {(control) => (
            <Select {...control} value={actor} onChange={(event) => choose({ actor: event.target.value })}>
              <option value="">Everybody</option>
              {actors.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="w-full sm:w-56">
        <Field label="About">
          {(control) => (
            <Select {...control} value={kind} onChange={(event) => choose({ kind: event.target.value })}>
              <option value="">Everything</option>
              {kinds.map((one) => (
                <option key={one} value={one}>
                  {kindLabel(one)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </div>
  );
}
