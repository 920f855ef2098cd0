"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { publishDraft } from "@/components/server/actions.ts";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";

/** What comes after an upgrade: serving the draft, or looking at it first. */
export function PublishDraft({ serverId, slug, revision }: { serverId: string; slug: string; revision: number }) {
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const router = useRouter();
  const publish = () =>
    start(async () => {
      setProblem(undefined);
      const outcome = await publishDraft(serverId);
      if (!outcome.ok) return setProblem(outcome.message);
      toast(`Version ${outcome.value} is served`);
      router.push(`/servers/${slug}`);
    });
  return (
    <Notice
      kind={problem ? "problem" : "info"}
      title={problem ? "The draft was not published" : `The draft is built from revision ${revision} now`}
      action={
        <>
          <Button look="primary" isPending={isPending} onClick={publish}>
            Publish
          </Button>
          <Link href={`/servers/${slug}/tools`} className={buttonClass()}>
            Look at the tools first
          </Link>
        </>
      }
    >
      {problem ?? "Clients get what was served before until you publish."}
    </Notice>
  );
}
