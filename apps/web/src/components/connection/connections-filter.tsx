"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Field, Select } from "@/components/ui/field.tsx";
import { endConnectionsOf } from "./actions.ts";

/** Each choice has an address of its own. Once it is one person's, all of theirs can be ended at once. */
export function ConnectionsFilter({
  people,
  servers,
  person,
  server,
}: {
  people: { id: string; name: string }[];
  servers: { slug: string; title: string }[];
  person: string;
  server: string;
}) {
  const router = useRouter();
  const [isPending, start] = useTransition();
  const choose = (change: { person?: string; server?: string }) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ person, server, ...change })) if (value) query.set(name, value);
    start(() => router.push(`/settings/connections?${query}`));
  };
  const name = people.find(({ id }) => id === person)?.name;
  return (
    <div className="mb-4 flex flex-wrap items-end gap-3" aria-busy={isPending}>
      <div className="w-full sm:w-56">
        <Field label="Who">
          {(control) => (
            <Select {...control} value={person} onChange={(event) => choose({ person: event.target.value })}>
              <option value="">Everybody</option>
              {people.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="w-full sm:w-56">
        <Field label="Server">
          {(control) => (
            <Select {...control} value={server} onChange={(event) => choose({ server: event.target.value })}>
              <option value="">All servers</option>
              {servers.map(({ slug, title }) => (
                <option key={slug} value={slug}>
                  {title}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {name ? (
        <Confirm
          title={`Revoke everything of ${name}`}
          verb="Revoke all connections"
          isDestroying
          done="The connections are revoked"
          act={() => endConnectionsOf(person)}
          trigger={<Button look="destroying">Revoke all of {name}</Button>}
        >
          Every client of {name} loses access to every server of the organization within a second. They stay a member,
          and can connect again; to keep them out, remove them under Members.
        </Confirm>
      ) : null}
    </div>
  );
}
