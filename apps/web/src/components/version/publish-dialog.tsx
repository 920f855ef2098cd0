"use client";

import type { Blocker, PublishReview, PublishWarning } from "@portico/services";
import { CircleAlert, Info, LoaderCircle } from "lucide-react";
import Link from "next/link";
import { useEffect, useState, useTransition } from "react";
import { publishDraft, readPublishReview } from "@/components/server/actions.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog, DialogClose } from "@/components/ui/dialog.tsx";
import { Field, Textarea } from "@/components/ui/field.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { VersionChanges } from "./version-changes.tsx";

const NOTE_CHARS_MAX = 500;

/** What publishing the draft changes for clients, what keeps it from being published, a note, and the button that does it. */
export function PublishDialog({
  serverId,
  href,
  isOpen,
  onOpenChange,
  onPublished,
}: {
  serverId: string;
  /** The pages of the server. */
  href: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onPublished?: (version: number) => void;
}) {
  return (
    <Dialog
      isWide
      title="Publish changes"
      description="What clients get instead of what they have now. Versions never change: you can go back to any of them."
      open={isOpen}
      onOpenChange={onOpenChange}
    >
      <Review {...{ serverId, href }} onClose={() => onOpenChange(false)} onPublished={onPublished} />
    </Dialog>
  );
}

/** Mounted with each opening: what is looked through is the draft of that moment. */
function Review({
  serverId,
  href,
  onClose,
  onPublished,
}: {
  serverId: string;
  href: string;
  onClose: () => void;
  onPublished: ((version: number) => void) | undefined;
}) {
  const [review, setReview] = useState<PublishReview>();
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const [note, setNote] = useState("");
  const toast = useToast();
  const read = () =>
    start(async () => {
      const outcome = await readPublishReview(serverId);
      if (outcome.ok) setReview(outcome.value);
      else setProblem(outcome.message);
    });
  // Once, when the dialog opens.
  useEffect(read, []);
  const publish = () =>
    start(async () => {
      setProblem(undefined);
      const outcome = await publishDraft({ id: serverId, lock: review?.lock, note: note.trim() || undefined });
      if (!outcome.ok) {
        setProblem(outcome.fields.note ?? outcome.message);
        return read();
      }
      onClose();
      toast(`Version ${outcome.value} is served`);
      onPublished?.(outcome.value);
    });

  if (!review)
    return problem ? (
      <Notice kind="problem" title="The changes could not be read">
        {problem}
      </Notice>
    ) : (
      <p role="status" className="flex min-h-40 items-center justify-center gap-2 text-muted">
        <LoaderCircle size={16} aria-hidden className="animate-spin" />
        Comparing the draft with what is served
      </p>
    );
  const { served, draft, changes, blockers, warnings, hasChanges } = review;
  return (
    <div className="flex flex-col gap-6">
      {blockers.length > 0 ? (
        <Remarks
          kind="blocker"
          title="This has to be put right before the draft can be published"
          items={blockers}
          href={href}
          onLeave={onClose}
        />
      ) : null}
      {warnings.length > 0 ? (
        <Remarks kind="warning" title="Know before you publish" items={warnings} href={href} onLeave={onClose} />
      ) : null}
      {hasChanges ? null : <p className="text-muted">What is served is this very draft already.</p>}
      <VersionChanges
        changes={changes}
        before={served ? { label: `Version ${served.number}, served`, ...served } : undefined}
        after={{ label: "After publishing", ...draft }}
      />
      <Field
        label="Note"
        hint="For the others who work on this server: what changed, and why. It stands beside the version."
        aside={
          note.length > NOTE_CHARS_MAX - 100 ? (
            <span className="text-sm text-muted">{count(NOTE_CHARS_MAX - note.length, "character")} left</span>
          ) : null
        }
      >
        {(control) => (
          <Textarea
            {...control}
            value={note}
            maxLength={NOTE_CHARS_MAX}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <div className="sticky -bottom-5 -mx-5 -mb-5 flex flex-col gap-2 border-t bg-surface px-5 py-3">
        {problem ? (
          <Notice kind="problem" title="Nothing was published">
            {problem}
          </Notice>
        ) : null}
        <div className="flex flex-wrap justify-end gap-2">
          <DialogClose asChild>
            <Button>Not now</Button>
          </DialogClose>
          <Button look="primary" disabled={blockers.length > 0 || !hasChanges} isPending={isPending} onClick={publish}>
            Publish {count(draft.tools, "tool")}
          </Button>
        </div>
      </div>
    </div>
  );
}

const WAYS_OUT: Record<Blocker["where"] | PublishWarning["where"], string> = {
  tools: "Open the tools",
  "own-tools": "Open own tools",
  prompts: "Open prompts & resources",
  credentials: "Open the credentials",
  connections: "See who is connected",
  "try/cases": "Open the eval cases",
};

/** What to put right, or to know, each with the page where. */
function Remarks({
  kind,
  title,
  items,
  href,
  onLeave,
}: {
  kind: "blocker" | "warning";
  title: string;
  items: readonly (Blocker | PublishWarning)[];
  href: string;
  /** The page to go to can be the one behind the dialog. */
  onLeave: () => void;
}) {
  const Icon = kind === "blocker" ? CircleAlert : Info;
  return (
    <section
      aria-label={title}
      className={`flex flex-col gap-2 rounded-card border p-3 ${kind === "blocker" ? "border-ink" : "bg-sunken"}`}
    >
      <h3 className="flex gap-2 font-medium">
        <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
        {title}
      </h3>
      <ul className="flex flex-col gap-2 pl-6">
        {items.map(({ message, where }) => (
          <li key={message} className="text-muted [overflow-wrap:anywhere]">
            {message}{" "}
            <Link
              href={`${href}/${where}`}
              onClick={onLeave}
              className="font-medium text-accent underline underline-offset-2"
            >
              {WAYS_OUT[where]}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
