"use client";

import type { DraftDifference, RestoreReview } from "@portico/services";
import { LoaderCircle, PencilLine } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { readRestoreReview, restoreVersion } from "@/components/server/actions.ts";
import { useDraftUndo } from "@/components/server/use-draft-undo.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog, DialogClose } from "@/components/ui/dialog.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { describeLoss } from "./describe-loss.ts";

/** Makes the draft what a version was made of, after saying what of the draft that costs. */
export function UseAsDraft({ serverId, slug, number }: { serverId: string; slug: string; number: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog
      title={`Use version ${number} as draft`}
      description="The draft gets its documents, tools, edits, prompts, resources and settings. Clients get what is served now until you publish."
      trigger={
        <Button look="quiet">
          <PencilLine size={16} aria-hidden />
          Use as draft<span className="sr-only"> version {number}</span>
        </Button>
      }
      open={isOpen}
      onOpenChange={setOpen}
    >
      <Review {...{ serverId, slug, number }} onClose={() => setOpen(false)} />
    </Dialog>
  );
}

/** Mounted with each opening: what is looked through is the draft of that moment. */
function Review({
  serverId,
  slug,
  number,
  onClose,
}: {
  serverId: string;
  slug: string;
  number: number;
  onClose: () => void;
}) {
  const [review, setReview] = useState<RestoreReview>();
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const offerUndo = useDraftUndo(serverId);
  const router = useRouter();
  const read = () =>
    start(async () => {
      const outcome = await readRestoreReview(serverId, number);
      if (outcome.ok) setReview(outcome.value);
      else setProblem(outcome.message);
    });
  // Once, when the dialog opens.
  useEffect(read, []);
  const run = () =>
    start(async () => {
      setProblem(undefined);
      const outcome = await restoreVersion({ id: serverId, version: number, lock: review?.lock });
      if (!outcome.ok) {
        setProblem(outcome.message);
        return read();
      }
      onClose();
      offerUndo(`The draft is what version ${number} was made of`, outcome.value);
      router.push(`/servers/${slug}/tools`);
    });
  if (!review)
    return problem ? (
      <Notice kind="problem" title="The version could not be read">
        {problem}
      </Notice>
    ) : (
      <p role="status" className="flex min-h-24 items-center justify-center gap-2 text-muted">
        <LoaderCircle size={16} aria-hidden className="animate-spin" />
        Comparing it with the draft
      </p>
    );
  return (
    <div className="flex flex-col gap-4">
      {review.isSame ? (
        <p>The draft is what version {number} was made of already.</p>
      ) : (
        <>
          <Loss changes={review.changes} />
          <p className="text-muted">Undo brings the draft back, until somebody changes it.</p>
        </>
      )}
      {problem ? (
        <Notice kind="problem" title="Nothing was changed">
          {problem}
        </Notice>
      ) : null}
      <div className="flex flex-wrap justify-end gap-2">
        <DialogClose asChild>
          <Button>{review.isSame ? "Close" : "Keep the draft"}</Button>
        </DialogClose>
        {review.isSame ? null : (
          <Button look="primary" isPending={isPending} onClick={run}>
            Use version {number} as draft
          </Button>
        )}
      </div>
    </div>
  );
}

function Loss({ changes }: { changes: DraftDifference }) {
  const lines = describeLoss(changes);
  if (lines.length === 0) return <p>Nothing of the draft is lost; the version only has more.</p>;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-medium">Of the draft as it is now, this goes</h3>
      <ul className="flex list-disc flex-col gap-1 pl-5 text-muted">
        {lines.map(({ what, names }) => (
          <li key={what} className="[overflow-wrap:anywhere]">
            {what}
            {names ? <span className="text-sm">: {names}</span> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
