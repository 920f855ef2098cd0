"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { PublishDialog } from "@/components/version/publish-dialog.tsx";

/** Above a list of the draft: what went wrong with it, what is not published yet, and the way to publish it. */
export function DraftBar({
  serverId,
  href,
  problem,
  pending,
  isPending,
  mayWrite,
  mayPublish,
}: {
  serverId: string;
  /** The pages of the server. */
  href: string;
  problem: string | undefined;
  /** What publishing would change, in a sentence; undefined when it would change nothing. */
  pending: string | undefined;
  /** A change is under way. */
  isPending: boolean;
  mayWrite: boolean;
  mayPublish: boolean;
}) {
  const [isReviewing, setReviewing] = useState(false);
  return (
    <>
      {problem ? (
        <Notice kind="problem" title="The draft was not changed">
          {problem}
        </Notice>
      ) : null}
      {mayWrite ? (
        <div className="flex min-h-8 flex-wrap items-center gap-3">
          <p className="flex-1 basis-60 text-muted" role="status">
            {pending ?? "What is served is what you see here. Changes stay in the draft until you publish."}
          </p>
          {mayPublish && pending ? (
            <Button look="primary" isPending={isPending} onClick={() => setReviewing(true)}>
              Publish changes
            </Button>
          ) : null}
        </div>
      ) : null}
      <PublishDialog serverId={serverId} href={href} isOpen={isReviewing} onOpenChange={setReviewing} />
    </>
  );
}
