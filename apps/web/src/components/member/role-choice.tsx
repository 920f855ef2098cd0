import type { Role } from "@portico/services";
import { Crown, Hammer, type LucideIcon, ShieldCheck, User } from "lucide-react";
import { RadioCard } from "@/components/ui/radio-card.tsx";
import { ROLE_LABELS } from "./roles.ts";

const ICONS: Record<Role, LucideIcon> = { owner: Crown, admin: ShieldCheck, builder: Hammer, member: User };

/** One of the roles that the reader may give, each with what it lets somebody do. */
export function RoleChoice({ roles, chosen }: { roles: Role[]; chosen: Role }) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">Role</legend>
      {roles.map((role) => (
        <RadioCard
          key={role}
          name="role"
          value={role}
          defaultChecked={role === chosen}
          icon={ICONS[role]}
          {...ROLE_LABELS[role]}
        />
      ))}
    </fieldset>
  );
}
