"use client";

import type { RemovedDocumentReview, ServerDocumentView } from "@portico/services";
import Link from "next/link";
import { useState, useTransition } from "react";
import { removeFromServer, reviewRemoval } from "@/components/document/actions.ts";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Dialog, DialogClose } from "@/components/ui/dialog.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { ScrollRegion } from "@/components/ui/scroll-region.tsx";
import { useToast } from "@/components/ui/toast.tsx";

/** Takes a document out of a server's draft, once somebody has seen what goes with it. */
export function RemoveDocument({
  serverId,
  slug,
  document: { id, title },
}: {
  serverId: string;
  slug: string;
  document: Pick<ServerDocumentView, "id" | "title">;
}) {
  const [review, setReview] = useState<RemovedDocumentReview>();
  const [problem, setProblem] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const [isPending, start] = useTransition();
  const toast = useToast();
  const look = () => {
    setReview(undefined);
    setProblem(undefined);
    start(async () => {
      const outcome = await reviewRemoval(serverId, id);
      if (outcome.ok) setReview(outcome.value);
      else setProblem(outcome.message);
    });
  };
  const remove = ({ lock }: RemovedDocumentReview) =>
    start(async () => {
      const outcome = await removeFromServer(serverId, id, lock);
      if (!outcome.ok) return setProblem(outcome.message);
      setOpen(false);
      toast(`${title} is removed from the draft`);
    });
  const needed = review?.neededBy ?? [];
  return (
    <Dialog
      title={`Remove ${title}`}
      description="Clients notice nothing before you publish."
      open={isOpen}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) look();
      }}
      trigger={
        <Button look="quiet" aria-label={`Remove ${title}`}>
          Remove
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {problem ? (
          <Notice kind="problem" title="Nothing was removed">
            {problem}
          </Notice>
        ) : null}
        {review ? (
          needed.length > 0 ? (
            <Notice
              title={`${needed.length === 1 ? "A tool of your own calls" : `${needed.length} tools of your own call`} this API`}
              action={
                <Link href={`/servers/${slug}/own-tools`} className={buttonClass()}>
                  Open own tools
                </Link>
              }
            >
              Change or remove {needed.length === 1 ? "it" : "them"} first:{" "}
              <code className="font-mono text-sm">{needed.join(", ")}</code>
            </Notice>
          ) : (
            <>
              <Names title="Tools that go" names={review.tools} none="None of its operations is a tool." />
              {review.resources.length > 0 ? <Names title="Resources that go" names={review.resources} /> : null}
              <p className="text-muted">
                Your edits of its tools and the samples that you kept go too. Its credentials stay until you remove them
                under Credentials, since what is served still needs them.
              </p>
            </>
          )
        ) : problem ? null : (
          <p role="status" className="text-muted">
            Looking what goes with it …
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <DialogClose className={buttonClass()}>Cancel</DialogClose>
          {needed.length > 0 ? null : (
            <Button
              look="destroying"
              disabled={!review}
              isPending={isPending && review !== undefined}
              onClick={() => review && remove(review)}
            >
              {review && review.tools.length > 0 ? `Remove with ${count(review.tools.length, "tool")}` : "Remove"}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function Names({ title, names, none }: { title: string; names: readonly string[]; none?: string }) {
  if (names.length === 0) return <p className="text-muted">{none}</p>;
  return (
    <section className="flex flex-col gap-1.5">
      <h3 className="font-medium">
        {title} <span className="font-normal text-muted">{names.length.toLocaleString("en")}</span>
      </h3>
      <ScrollRegion label={title} className="max-h-48 rounded-control border bg-sunken px-3 py-2">
        <ul className="font-mono text-sm">
          {names.map((name) => (
            <li key={name} className="[overflow-wrap:anywhere]">
              {name}
            </li>
          ))}
        </ul>
      </ScrollRegion>
    </section>
  );
}
