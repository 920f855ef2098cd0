import { mayCreateOrganization } from "@portico/services";
import Link from "next/link";
import { CommandMenu } from "@/components/search/command-menu.tsx";
import { runtime } from "@/server/runtime.ts";
import type { Session } from "@/server/session.ts";
import { AccountMenu } from "./account-menu.tsx";
import { Wordmark } from "./mark.tsx";
import type { NavigationRights } from "./navigation.tsx";
import { OrganizationMenu } from "./organization-menu.tsx";
import { readTheme } from "./theme.ts";

export async function TopBar({
  session: { person, membership, memberships },
  rights,
}: {
  session: Session;
  rights: NavigationRights;
}) {
  const mayCreate = await mayCreateOrganization((await runtime()).deps, person.id);
  const theme = await readTheme();
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-3 border-b bg-surface pr-2 pl-4 md:pl-5">
      <Link href="/" aria-label="Portico, servers" className="flex rounded-control">
        <Wordmark />
      </Link>
      <span aria-hidden className="text-faint">
        /
      </span>
      <div className="flex min-w-0 flex-1">
        {memberships.length > 1 || mayCreate ? (
          <OrganizationMenu
            mayCreate={mayCreate}
            current={membership.organizationId}
            organizations={memberships.map(({ organizationId, name }) => ({ id: organizationId, name }))}
          />
        ) : (
          <span className="truncate text-muted">{membership.name}</span>
        )}
      </div>
      <CommandMenu
        key={membership.organizationId}
        rights={rights}
        mayCreateOrganization={mayCreate}
        organizationSlug={membership.slug}
        theme={theme}
      />
      <AccountMenu name={person.name} email={person.email} theme={theme} />
    </header>
  );
}
