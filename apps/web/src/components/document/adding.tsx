"use client";

import type { AddedDocumentReview, DraftSize } from "@portico/services";
import { ChevronDown, Tag } from "lucide-react";
import { useState, useTransition } from "react";
import type { ToolRow } from "@/components/tool/tool-row.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { Popover } from "@/components/ui/popover.tsx";
import type { Outcome } from "@/server/outcome.ts";

/** The server that a document is added to. */
export interface AddingTo {
  serverId: string;
  slug: string;
  title: string;
  /** What its tools would be called there. */
  review: AddedDocumentReview;
  /** What it has already. */
  there: DraftSize;
}

/** Names that are shown before the rest is folded away. */
const SHOWN_MAX = 5;

/** The rows of a document with the names that its tools get beside those of the server. */
export function withNames(rows: ToolRow[], review: AddedDocumentReview | undefined): ToolRow[] {
  if (!review || review.renamed.length === 0) return rows;
  const names = new Map(review.renamed.map(({ from, name }) => [from, name]));
  return rows.map((row) => ({ ...row, name: row.name === undefined ? undefined : (names.get(row.name) ?? row.name) }));
}

/** Which tools get another name, since theirs is taken. */
export function RenamedTools({ review: { renamed } }: { review: AddedDocumentReview }) {
  if (renamed.length === 0) return null;
  const line = ({ operation, from, name }: (typeof renamed)[number]) => (
    <li key={operation}>
      <code className="font-mono text-sm">{from}</code> is called{" "}
      <code className="font-mono text-sm text-ink">{name}</code>
    </li>
  );
  const rest = renamed.slice(SHOWN_MAX);
  return (
    <Notice title={`${count(renamed.length, "tool")} get${renamed.length === 1 ? "s" : ""} another name here`}>
      Tools of the server have the names already. Each can be called something else afterwards.
      <ul className="mt-1 list-disc pl-5 marker:text-faint">{renamed.slice(0, SHOWN_MAX).map(line)}</ul>
      {rest.length > 0 ? (
        <details>
          <summary className="w-fit text-sm font-medium">{rest.length} more</summary>
          <ul className="list-disc pl-5 marker:text-faint">{rest.map(line)}</ul>
        </details>
      ) : null}
    </Notice>
  );
}

/** What the document is told apart by. */
export function ShortName({
  initial,
  review,
  onReview,
}: {
  initial: string;
  review: (key: string) => Promise<Outcome<AddedDocumentReview>>;
  onReview: (review: AddedDocumentReview) => void;
}) {
  const [key, setKey] = useState(initial);
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const take = () =>
    start(async () => {
      setProblem(undefined);
      const outcome = await review(key.trim());
      if (outcome.ok) onReview(outcome.value);
      else setProblem(outcome.fields.key ?? outcome.message);
    });
  return (
    <Popover
      label="Short name"
      trigger={
        <Button icon={<Tag size={16} aria-hidden />}>
          Short name: {initial}
          <ChevronDown size={16} aria-hidden />
        </Button>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          take();
        }}
      >
        <Field
          label="Short name"
          error={problem}
          hint="What its operations and credentials begin with on this server, and tools whose name is taken. It stays as it is once the API is added."
        >
          {(control) => (
            <Input
              {...control}
              value={key}
              maxLength={24}
              spellCheck={false}
              autoComplete="off"
              className="font-mono"
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        <div>
          <Button type="submit" isPending={isPending} disabled={key.trim() === initial || key.trim() === ""}>
            Use this name
          </Button>
        </div>
      </form>
    </Popover>
  );
}
