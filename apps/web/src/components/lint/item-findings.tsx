import type { Finding, OfferedItem } from "@portico/openapi";
import type { LintReport } from "@portico/services";
import { CircleAlert, Info } from "lucide-react";

/** What would help with one thing of the server's own. */
export function findingsOfItem(report: LintReport | undefined, { list, key }: OfferedItem): Finding[] {
  const found = report?.findings.filter(({ item }) => item?.list === list && item.key === key) ?? [];
  // What must not be missed comes first.
  return found.sort((one, other) => Number(other.severity === "error") - Number(one.severity === "error"));
}

/** What would help with a prompt, a resource or an own tool, as it is saved. `isShort`: without the reasons. */
export function ItemFindings({ findings, isShort = false }: { findings: readonly Finding[]; isShort?: boolean }) {
  if (findings.length === 0) return null;
  return (
    <ul aria-label="What would help" className="flex flex-col gap-1 text-sm">
      {findings.map(({ id, severity, message, why }) => {
        const isBad = severity === "error";
        const Icon = isBad ? CircleAlert : Info;
        return (
          <li key={id} className="flex gap-1.5 [overflow-wrap:anywhere]">
            <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
            <span>
              {isBad ? <span className="sr-only">Important: </span> : null}
              <span className={isBad ? "font-medium" : undefined}>{message}</span>
              {isShort ? null : <span className="text-muted"> {why}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
