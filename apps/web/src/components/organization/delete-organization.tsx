"use client";

import type { OrganizationView } from "@portico/services";
import { DeleteDialog } from "@/components/ui/delete-dialog.tsx";
import { count } from "@/components/ui/figures.ts";
import { removeOrganization } from "./actions.ts";

/** Deleting asks for the slug, since nothing brings an organization back. */
export function DeleteOrganization({
  organization: { name, slug, servers, members },
}: {
  organization: Pick<OrganizationView, "name" | "slug" | "servers" | "members">;
}) {
  return (
    <DeleteDialog
      noun="organization"
      name={name}
      word={slug}
      description={`${count(servers, "server")} with all credentials, profiles and connections, ${count(members, "membership")}, API keys, usage and the audit log. Clients stop working at once, and nothing brings any of it back. People keep their accounts.`}
      act={removeOrganization}
    />
  );
}
