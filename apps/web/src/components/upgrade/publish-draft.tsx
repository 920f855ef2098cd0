"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { takeDraftBack } from "@/components/server/actions.ts";
import { DRAFT_TOPIC } from "@/components/server/use-draft-undo.ts";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { PublishDialog } from "@/components/version/publish-dialog.tsx";

/** What comes after an upgrade: serving the draft, looking at it first, or taking the upgrade back. */
export function PublishDraft({
  serverId,
  slug,
  revision,
  undoLock,
}: {
  serverId: string;
  slug: string;
  revision: number;
  /** What taking it back needs; undefined once the draft was changed since. */
  undoLock: number | undefined;
}) {
  const [isReviewing, setReviewing] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const undo = (lock: number) =>
    start(async () => {
      const outcome = await takeDraftBack(serverId, lock);
      if (!outcome.ok) return setProblem(outcome.message);
      toast("The draft is as it was before", undefined, DRAFT_TOPIC);
      router.refresh();
    });
  const router = useRouter();
  const href = `/servers/${slug}`;
  return (
    <>
      <Notice
        title={`The draft is built from revision ${revision} now`}
        action={
          <>
            <Button look="primary" onClick={() => setReviewing(true)}>
              Publish changes
            </Button>
            <Link href={`${href}/tools`} className={buttonClass()}>
              Look at the tools first
            </Link>
            {undoLock === undefined ? null : (
              <Button look="quiet" isPending={isPending} onClick={() => undo(undoLock)}>
                Undo the upgrade
              </Button>
            )}
          </>
        }
      >
        Clients get what was served before until you publish.
      </Notice>
      {problem ? (
        <Notice kind="problem" title="The upgrade was not taken back">
          {problem}
        </Notice>
      ) : null}
      <PublishDialog
        {...{ serverId, href }}
        isOpen={isReviewing}
        onOpenChange={setReviewing}
        onPublished={() => router.push(href)}
      />
    </>
  );
}
