import { isAllowed } from "@portico/services";
import type { Session } from "@/server/session.ts";
import type { NavigationRights } from "./navigation.tsx";

/** Which places of the navigation somebody may enter. */
export function navigationRights({ ctx: { actor } }: Session): NavigationRights {
  return {
    mayWrite: isAllowed(actor, "server.write"),
    mayWriteCredentials: isAllowed(actor, "credential.write"),
    mayReadUsage: isAllowed(actor, "usage.read"),
    mayManageKeys: isAllowed(actor, "apiKey.manage"),
    mayReadAudit: isAllowed(actor, "audit.read"),
  };
}
