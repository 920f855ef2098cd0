"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { PublishDialog } from "@/components/version/publish-dialog.tsx";

/** What comes after an upgrade: serving the draft, or looking at it first. */
export function PublishDraft({ serverId, slug, revision }: { serverId: string; slug: string; revision: number }) {
  const [isReviewing, setReviewing] = useState(false);
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
          </>
        }
      >
        Clients get what was served before until you publish.
      </Notice>
      <PublishDialog
        {...{ serverId, href }}
        isOpen={isReviewing}
        onOpenChange={setReviewing}
        onPublished={() => router.push(href)}
      />
    </>
  );
}
