"use client";

import type { UpgradeReview as Review } from "@portico/services";
import { useRouter } from "next/navigation";
import { useMemo, useState, useTransition } from "react";
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
      const take = edits.flatMap((conflict) => {
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
      });
      if (!outcome.ok) return setProblem(outcome.message);
      const { revision, lock } = outcome.value;
      offerUndo(`The draft is built from revision ${revision}`, lock);
      router.push(`${upgradePage(slug, documentId)}${documentId ? "&" : "?"}applied=${revision}`);
    });

  return (
    <div className="flex flex-col gap-8">
      <Section
        title="Breaking"
        count={breaking.lost.length + breaking.changed.length}
        hint="Tools that people use today and that may stop working, or work otherwise."
      >
        <Items
          items={breaking.lost}
          keyOf={(operation) => operation}
          render={(operation) => (
            <>
              <OperationLine operation={operation} tool={tools[operation]} />
              <p className="text-muted">It is gone from the document, so the tool goes with it.</p>
            </>
          )}
        />
        <ChangedItems changed={breaking.changed} tools={tools} />
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
          render={(operation) => <OperationLine operation={operation} />}
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
            </>
          )}
        />
      </Section>
      <Section title="Changed" count={changed.length} hint="None of this stops a tool that people use.">
        <ChangedItems changed={changed} tools={tools} />
      </Section>
      <Section
        title="Your edits"
        count={edits.length + lostEdits.length}
        hint="Where you and the document both changed something. Yours stays unless you choose otherwise."
      >
        <Items
          items={edits}
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
          items={lostEdits}
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
            {choiceText(picked.size, edits.length, taken.size)}
          </p>
          <Button look="primary" isPending={isPending} onClick={apply}>
            Apply to draft
          </Button>
        </div>
      </div>
    </div>
  );
}

type Changed = Review["changes"]["changed"];

function ChangedItems({ changed, tools }: { changed: Changed; tools: Review["tools"] }) {
  return (
    <Items
      items={changed}
      keyOf={({ operation }) => operation}
      render={({ operation, changes }) => (
        <>
          <OperationLine operation={operation} tool={tools[operation]} />
          <Sentences changes={changes} />
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

function choiceText(added: number, edits: number, taken: number): string {
  const parts = [
    added > 0 ? `${count(added, "new tool")}` : "",
    edits - taken > 0 ? `${count(edits - taken, "edit")} of yours kept` : "",
    taken > 0 ? `${count(taken, "edit")} of yours replaced` : "",
  ].filter(Boolean);
  return `${parts.length > 0 ? `${parts.join(", ")}. ` : ""}Clients notice nothing before you publish.`;
}
