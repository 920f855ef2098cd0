import { listMemberships } from "@portico/services";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { runtime } from "@/server/runtime.ts";
import { requireSession } from "@/server/session.ts";
import { leave } from "./actions.ts";
import { Wordmark } from "./mark.tsx";
import { Shell } from "./shell.tsx";

/** Around a page that everybody who can sign in has: guests of a server belong to no organization. */
export async function PersonShell({ personId, children }: { personId: string; children: ReactNode }) {
  const { deps } = await runtime();
  if ((await listMemberships(deps, personId)).length > 0)
    return <Shell session={await requireSession()}>{children}</Shell>;
  return (
    <>
      <header className="flex h-12 items-center gap-1 border-b bg-surface px-4">
        <Link href="/no-organization" aria-label="Portico, servers" className="mr-auto flex rounded-control">
          <Wordmark />
        </Link>
        <Link href="/connections" className={buttonClass({ look: "quiet" })}>
          Connections
        </Link>
        <Link href="/account" className={buttonClass({ look: "quiet" })}>
          Account
        </Link>
        <form action={leave.bind(null, undefined)}>
          <Button type="submit" look="quiet">
            Sign out
          </Button>
        </form>
      </header>
      <main id="content" className="px-4 pt-6 pb-12 md:px-8">
        {children}
      </main>
    </>
  );
}
