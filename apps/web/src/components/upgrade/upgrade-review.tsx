"use client";

import type { UpgradeReview as Review } from "@portico/services";
import { useRouter } from "next/navigation";
import { type ReactNode, useMemo, useState, useTransition } from "react";
import { upgradePage } from "@/components/document/next-page.ts";
import { applyUpgrade } from "@/components/server/actions.ts";
import { useDraftUndo } from "@/components/server/use-draft-undo.ts";
import { STATUS_WORDS } from "@/components/tool/status.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { Items, Section } from "@/components/ui/section.tsx";
import { type Conflict, ConflictChoice } from "./conflict-choice.tsx";
import { HoldChoice } from "./hold-choice.tsx";
import { OperationLine } from "./operation-line.tsx";
import { Sentences } from "./sentences.tsx";
import { toSections } from "./summary.ts";

const keyOf = ({ operation, field }: Conflict) => `${field} ${operation}`;

/** Everything that a new revision of the document would change of a server, and the choices that are a person's. */
export function UpgradeReview({
  serverId,
  slug,
  documentId,
  review,
}: {
  serverId: string;
  slug: string;
  /** Which of several. */
  documentId: string | undefined;
  review: Review;
}) {
  const { breaking, added, removed, renamed, changed, edits, lostEdits } = useMemo(() => toSections(review), [review]);
  const { tools } = review;
  const predecessorOf = useMemo(() => new Map(renamed.map(({ from, to }) => [to, from])), [renamed]);
  const heldBefore = new Map(review.held.map(({ operation, revision }) => [operation, revision.number]));
  const [held, setHeld] = useState<ReadonlySet<string>>(
    () => new Set(review.holdable.filter((operation) => heldBefore.has(operation))),
  );
  const ownKey = (operation: string) => predecessorOf.get(operation) ?? operation;
  const holdChoice = (operation: string, what: Parameters<typeof HoldChoice>[0]["what"]) => {
    const key = ownKey(operation);
    const users = Object.hasOwn(review.usedBy, key) ? review.usedBy[key] : undefined;
    if (!mayHold(review, key)) return null;
    const since = heldBefore.get(key);
    const notes = [
      users ? `${users.join(", ")} ${users.length === 1 ? "uses" : "use"} it.` : "",
      since === undefined ? "" : `Held at revision ${since}.`,
    ];
    return (
      <HoldChoice
        operation={key}
        what={what}
        isHeld={held.has(key)}
        note={notes.filter(Boolean).join(" ")}
        onChange={(isHeld) => setHeld(toggled(held, key, isHeld))}
      />
    );
  };
  const breakingKeys = [...breaking.lost, ...breaking.changed.map(({ operation }) => ownKey(operation))];
  const isAllKept = breakingKeys.every((key) => held.has(key));
  const openEdits = edits.filter(({ operation }) => !held.has(ownKey(operation)));
  const goneEdits = lostEdits.filter(({ operation }) => !held.has(ownKey(operation)));
  const isSame = review.from.id === review.to.id;
  const letsGo = review.held.filter(({ operation }) => !held.has(operation)).length;
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const offerUndo = useDraftUndo(serverId);
  const router = useRouter();
  const able = added.filter(({ status }) => status !== "skipped");
  const apply = () =>
    start(async () => {
      setProblem(undefined);
      const take = openEdits.flatMap((conflict) => {
        const { operation, field } = conflict;
        const isText = field === "name" || field === "title" || field === "description";
        return isText && taken.has(keyOf(conflict)) ? [{ operation, field }] : [];
      });
      const outcome = await applyUpgrade({
        id: serverId,
        ...(documentId ? { document: documentId } : {}),
        revision: review.to.number,
        lock: review.lock,
        add: able.filter(({ key }) => picked.has(key)).map(({ key }) => key),
        take,
        hold: [...held],
      });
      if (!outcome.ok) return setProblem(outcome.message);
      const { revision, lock } = outcome.value;
      offerUndo(isSame ? "Taken into the draft" : `The draft is built from revision ${revision}`, lock);
      router.push(`${upgradePage(slug, documentId)}${documentId ? "&" : "?"}applied=${revision}`);
    });

  return (
    <div className="flex flex-col gap-8">
      <Section
        title="Breaking"
        count={breaking.lost.length + breaking.changed.length}
        hint="Tools that people use today and that may stop working, or work otherwise."
        action={
          breakingKeys.length > 1 ? (
            <Button
              size="small"
              onClick={() => setHeld(isAllKept ? without(held, breakingKeys) : new Set([...held, ...breakingKeys]))}
            >
              {isAllKept ? `Take all ${breakingKeys.length}` : `Keep all ${breakingKeys.length} as they were`}
            </Button>
          ) : null
        }
      >
        <Items
          items={breaking.lost}
          keyOf={(operation) => operation}
          render={(operation) => (
            <>
              <OperationLine operation={operation} tool={tools[operation]} />
              <p className="text-muted">
                {held.has(operation)
                  ? "It is gone from the document; the tool stays, and calls what may no longer be there."
                  : "It is gone from the document, so the tool goes with it."}
              </p>
              {holdChoice(operation, "gone")}
            </>
          )}
        />
        <ChangedItems changed={breaking.changed} tools={tools} holdChoice={holdChoice} />
      </Section>
      <Section
        title="Added"
        count={added.length}
        hint="Pick what becomes a tool. The rest stays on the Tools page for later."
        action={
          able.length > 1 ? (
            <Button
              size="small"
              onClick={() => setPicked(picked.size === able.length ? new Set() : new Set(able.map(({ key }) => key)))}
            >
              {picked.size === able.length ? "Pick none" : `Pick all ${able.length}`}
            </Button>
          ) : null
        }
      >
        <Items
          items={added}
          keyOf={({ key }) => key}
          render={({ key, summary, toolName, status, reasons }) => {
            const isSkipped = status === "skipped";
            return (
              <label className={isSkipped ? "flex gap-2.5" : "flex cursor-pointer gap-2.5"}>
                <input
                  type="checkbox"
                  checked={picked.has(key)}
                  disabled={isSkipped}
                  onChange={() => setPicked(toggled(picked, key))}
                  className="mt-0.5 size-4 shrink-0 accent-accent"
                />
                <span className="min-w-0 flex-1">
                  <OperationLine operation={key} tool={toolName} />
                  {summary ? <span className="block text-muted [overflow-wrap:anywhere]">{summary}</span> : null}
                  {status === "ok" ? null : (
                    <span className="mt-1 block text-sm text-muted">
                      <Badge>{STATUS_WORDS[status]}</Badge> {reasons.join(" ")}
                    </span>
                  )}
                </span>
              </label>
            );
          }}
        />
      </Section>
      <Section title="Removed" count={removed.length} hint="Gone from the document. None of them is a tool here.">
        <Items
          items={removed}
          keyOf={(operation) => operation}
          render={(operation) => (
            <>
              <OperationLine operation={operation} />
              {holdChoice(operation, "goneUnpicked")}
            </>
          )}
        />
      </Section>
      <Section
        title="Renamed"
        count={renamed.length}
        hint="The same operations under another address. Tools keep their names, and your edits follow."
      >
        <Items
          items={renamed}
          keyOf={({ from }) => from}
          render={({ from, to }) => (
            <>
              <OperationLine operation={from} tool={tools[from]} />
              <span className="mt-1 flex items-baseline gap-2">
                <span className="text-sm text-faint">is now</span>
                <OperationLine operation={to} />
              </span>
              {holdChoice(from, "moved")}
            </>
          )}
        />
      </Section>
      <Section title="Changed" count={changed.length} hint="None of this stops a tool that people use.">
        <ChangedItems changed={changed} tools={tools} holdChoice={holdChoice} />
      </Section>
      <Section
        title="Your edits"
        count={openEdits.length + goneEdits.length}
        hint="Where you and the document both changed something. Yours stays unless you choose otherwise."
      >
        <Items
          items={openEdits}
          keyOf={keyOf}
          render={(conflict) => (
            <ConflictChoice
              conflict={conflict}
              tool={tools[conflict.operation]}
              isTaken={taken.has(keyOf(conflict))}
              onChange={(isTaken) => setTaken(toggled(taken, keyOf(conflict), isTaken))}
            />
          )}
        />
        <Items
          items={goneEdits}
          keyOf={keyOf}
          render={(conflict) => (
            <>
              <OperationLine operation={conflict.operation} tool={tools[conflict.operation]} />
              <p className="text-muted [overflow-wrap:anywhere]">{lostText(conflict)}</p>
            </>
          )}
        />
      </Section>

      <div className="sticky bottom-14 z-20 -mx-4 flex flex-col gap-2 border-t bg-canvas px-4 py-3 md:bottom-0 md:mx-0 md:px-0">
        {problem ? (
          <Notice kind="problem" title="Nothing was applied">
            {problem}
          </Notice>
        ) : null}
        <div className="flex items-center justify-between gap-4">
          <p className="min-w-0 text-sm text-muted sm:text-base" role="status">
            {choiceText({ added: picked.size, edits: openEdits, taken, held: held.size })}
          </p>
          <Button look="primary" isPending={isPending} disabled={isSame && letsGo === 0} onClick={apply}>
            Apply to draft
          </Button>
        </div>
      </div>
    </div>
  );
}

type Changed = Review["changes"]["changed"];

/** Only what somebody uses is worth holding. */
function mayHold({ holdable, tools, usedBy }: Review, operation: string): boolean {
  return holdable.includes(operation) && (Object.hasOwn(tools, operation) || Object.hasOwn(usedBy, operation));
}

function ChangedItems({
  changed,
  tools,
  holdChoice,
}: {
  changed: Changed;
  tools: Review["tools"];
  holdChoice: (operation: string, what: "changed") => ReactNode;
}) {
  return (
    <Items
      items={changed}
      keyOf={({ operation }) => operation}
      render={({ operation, changes }) => (
        <>
          <OperationLine operation={operation} tool={tools[operation]} />
          <Sentences changes={changes} />
          {holdChoice(operation, "changed")}
        </>
      )}
    />
  );
}

function lostText({ field, yours, before, after }: Conflict): string {
  if (field === "operation") return `The operation is gone, and your edit${yours ? ` “${yours}”` : ""} with it.`;
  if (field === "askFor") return `A person was to be asked for ${yours}, which can no longer be asked for.`;
  if (field === "annotations")
    return `You said that it ${yours}. By its document it is another kind of call now (it ${after}, and before it ${before}), so that is gone: say it again if it is still so.`;
  if (field === "parameters")
    return `Your changes to ${yours} do not fit the document any more. What is fixed stays fixed.`;
  return `The document does not offer ${yours ?? "it"} any more. The body is sent as ${after ?? "nothing"}.`;
}

function toggled(set: ReadonlySet<string>, key: string, isIn: boolean = !set.has(key)): ReadonlySet<string> {
  const next = new Set(set);
  if (isIn) next.add(key);
  else next.delete(key);
  return next;
}

function without(set: ReadonlySet<string>, keys: readonly string[]): ReadonlySet<string> {
  const gone = new Set(keys);
  return new Set([...set].filter((key) => !gone.has(key)));
}

function choiceText({
  added,
  edits,
  taken,
  held,
}: {
  added: number;
  edits: readonly Conflict[];
  taken: ReadonlySet<string>;
  held: number;
}): string {
  const replaced = edits.filter((conflict) => taken.has(keyOf(conflict))).length;
  const parts = [
    added > 0 ? `${count(added, "new tool")}` : "",
    held > 0 ? `${count(held, "operation")} held back` : "",
    edits.length - replaced > 0 ? `${count(edits.length - replaced, "edit")} of yours kept` : "",
    replaced > 0 ? `${count(replaced, "edit")} of yours replaced` : "",
  ].filter(Boolean);
  return `${parts.length > 0 ? `${parts.join(", ")}. ` : ""}Clients notice nothing before you publish.`;
}
