import Link from "next/link";
import type { Session } from "@/server/session.ts";
import { AccountMenu } from "./account-menu.tsx";
import { Wordmark } from "./mark.tsx";
import { readTheme } from "./theme.ts";

export async function TopBar({ session: { person, membership } }: { session: Session }) {
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-3 border-b bg-surface pr-2 pl-4 md:pl-5">
      <Link href="/" aria-label="Portico, servers" className="flex rounded-control">
        <Wordmark />
      </Link>
      <span aria-hidden className="text-faint">
        /
      </span>
      <span className="min-w-0 flex-1 truncate text-muted">{membership.name}</span>
      <AccountMenu name={person.name} email={person.email} theme={await readTheme()} />
    </header>
  );
}
