import { isAllowed } from "@portico/services";
import type { Session } from "@/server/session.ts";
import type { NavigationRights } from "./navigation.tsx";

/** Which places of the navigation somebody may enter. */
export function navigationRights({ ctx: { actor } }: Session): NavigationRights {
  return {
    mayWrite: isAllowed(actor, "server.write"),
    mayManageKeys: isAllowed(actor, "apiKey.manage"),
    mayReadAudit: isAllowed(actor, "audit.read"),
  };
}
