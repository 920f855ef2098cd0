"use client";

import { Building2, ChevronDown, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { useLeave } from "@/components/ui/leaving.tsx";
import { Menu, MenuChoice, MenuItem, MenuSeparator } from "@/components/ui/menu.tsx";
import { switchOrganization } from "./actions.ts";

/** Which of a person's organizations the pages are about. */
export function OrganizationMenu({
  current,
  organizations,
  mayCreate,
}: {
  mayCreate: boolean;
  current: string;
  organizations: { id: string; name: string }[];
}) {
  const [isPending, start] = useTransition();
  const router = useRouter();
  const leavePage = useLeave();
  const name = organizations.find(({ id }) => id === current)?.name ?? "";
  return (
    <Menu
      trigger={
        <Button
          look="quiet"
          isPending={isPending}
          aria-label={`Organization: ${name}`}
          className="min-w-0 shrink! px-1.5"
        >
          <span className="truncate">{name}</span>
          <ChevronDown size={16} aria-hidden className="shrink-0" />
        </Button>
      }
    >
      <MenuChoice
        label="Organization"
        value={current}
        options={organizations.map((organization) => ({
          value: organization.id,
          label: organization.name,
          icon: <Building2 size={16} aria-hidden />,
        }))}
        onChange={(id) => start(() => switchOrganization(id))}
      />
      {mayCreate ? (
        <>
          <MenuSeparator />
          <MenuItem
            icon={<Plus size={16} aria-hidden />}
            onSelect={() => leavePage(() => router.push("/new-organization"))}
          >
            New organization
          </MenuItem>
        </>
      ) : null}
    </Menu>
  );
}
