import { type AuditEventView, exportAuditEvents } from "@portico/services";
import { exportFile } from "@/server/export.ts";
import { rest } from "@/server/rest.ts";

/** `?format=csv` or `?format=json` (one object a line), with the filters of the list. */
export const GET = rest(({ ctx, query }) => {
  const input = { actor: query.get("actor") ?? undefined, kind: query.get("kind") ?? undefined };
  return exportFile({
    name: "audit-log",
    format: query.get("format"),
    batches: exportAuditEvents({ ctx, input }),
    headings: ["time", "action", "actor", "actor e-mail", "actor id", "ip", "target", "target name", "details"],
    cells,
  });
});

function cells({ at, action, actor, ip, target, targetName, details }: AuditEventView): string[] {
  return [
    at.toISOString(),
    action,
    actor.name ?? actor.type,
    actor.email ?? "",
    actor.id ?? "",
    ip ?? "",
    target ?? "",
    targetName ?? "",
    JSON.stringify(details),
  ];
}
