"use client";

import type { CallChoices } from "@portico/services";
import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Choice } from "@/components/ui/choice.tsx";
import {
  type CallQuery,
  callSearch,
  chooseOutcome,
  isFiltered,
  outcomeChoices,
  outcomeValue,
  RANGE_USUAL,
  RANGE_WORDS,
  withoutFilter,
} from "./call-query.ts";
import { whoOf } from "./who.ts";

/** Which calls are shown, to stand in a row with others. Each choice has an address of its own, so that it can be kept and sent. */
export function ActivityFilter({ href, query, choices }: { href: string; query: CallQuery; choices: CallChoices }) {
  const router = useRouter();
  const [isPending, start] = useTransition();
  const go = (next: CallQuery) => start(() => router.push(href + callSearch(next), { scroll: false }));
  const people = choices.who.map((one): [string, string] => [one.id, whoOf({ ...one, who: one.name })]);
  return (
    <div aria-busy={isPending} className="contents">
      <Choice
        label="Time"
        value={query.range === RANGE_USUAL ? "" : query.range}
        onChange={(range) => go({ ...query, range: (range || RANGE_USUAL) as CallQuery["range"] })}
        options={Object.entries(RANGE_WORDS).map(([range, words]): [string, string] => [
          range === RANGE_USUAL ? "" : range,
          `Last ${words}`,
        ])}
      />
      <Choice
        label="Tool"
        value={query.tool}
        onChange={(tool) => go({ ...query, tool })}
        options={[
          ["", "All tools"],
          ...listed(
            choices.tools.map((tool) => [tool, tool]),
            query.tool,
          ),
        ]}
      />
      <Choice
        label="Outcome"
        value={outcomeValue(query)}
        onChange={(value) => go(chooseOutcome(query, value))}
        options={outcomeChoices(query)}
      />
      <Choice
        label="Client"
        value={query.client}
        onChange={(client) => go({ ...query, client })}
        options={[
          ["", "All clients"],
          ...listed(
            choices.clients.map((client) => [client, client]),
            query.client,
          ),
        ]}
      />
      <Choice
        label="Who"
        value={query.who}
        onChange={(who) => go({ ...query, who })}
        options={[["", "Everybody"], ...listed(people, query.who, "Somebody who did not call in this time")]}
      />
      {isFiltered(query) ? (
        <Button look="quiet" icon={<X size={16} aria-hidden />} onClick={() => go(withoutFilter(query))}>
          Clear filters
        </Button>
      ) : null}
    </div>
  );
}

/** What is chosen is there to be seen, also when no call of this time has it. */
function listed(options: [string, string][], chosen: string, words = chosen): [string, string][] {
  const isThere = !chosen || options.some(([value]) => value === chosen);
  return isThere ? options : [...options, [chosen, words]];
}
