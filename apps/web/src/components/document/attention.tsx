import { ChevronRight, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { MethodBadge } from "@/components/tool/method-badge.tsx";
import type { ToolRow } from "@/components/tool/tool-row.ts";
import { count } from "@/components/ui/figures.ts";
import { DiagnosticList, type DiagnosticView } from "./diagnostic-list.tsx";

const SHOWN_MAX = 100;

/** The validator's findings name operations too, and change none. */
const isGeneral = ({ operation, code }: DiagnosticView) => !operation || code === "specification";

/** What of the document could not be kept, and why, and what else is worth knowing of it. Absent when there is nothing. */
export function Attention({
  rows,
  diagnostics,
  onOpen,
  fixOf,
}: {
  rows: readonly ToolRow[];
  diagnostics: DiagnosticView[];
  onOpen: (row: ToolRow) => void;
  /** What can be done about a diagnostic, as a control. */
  fixOf?: (diagnostic: DiagnosticView) => ReactNode;
}) {
  const concerned = rows.filter(({ name, isDegraded }) => isDegraded || !name);
  const general = diagnostics.filter((diagnostic) => isGeneral(diagnostic) && diagnostic.severity !== "info");
  const notes = diagnostics.filter((diagnostic) => isGeneral(diagnostic) && diagnostic.severity === "info");
  const total = concerned.length + general.length;
  if (total + notes.length === 0) return null;
  return (
    <details className="group rounded-card border bg-surface">
      <summary className="flex items-center gap-2 px-3 py-2 font-medium">
        {total > 0 ? <TriangleAlert size={16} aria-hidden /> : <Info size={16} aria-hidden />}
        {total === 0
          ? count(notes.length, "note")
          : total === 1
            ? "1 needs attention"
            : `${total.toLocaleString("en")} need attention`}
        <ChevronRight
          size={16}
          aria-hidden
          className="text-muted transition-transform duration-100 group-open:rotate-90"
        />
      </summary>
      <div className="flex max-h-80 flex-col gap-3 overflow-y-auto border-t p-3">
        {general.length > 0 ? (
          <DiagnosticList diagnostics={general.slice(0, SHOWN_MAX)} {...(fixOf ? { fixOf } : {})} />
        ) : null}
        {concerned.length > 0 ? (
          <ul className="flex flex-col">
            {concerned.slice(0, SHOWN_MAX).map((row) => (
              <li key={row.key}>
                <button
                  type="button"
                  onClick={() => onOpen(row)}
                  className="flex w-full flex-wrap items-baseline gap-x-2 rounded-control px-2 py-1.5 text-left hover:bg-hover"
                >
                  <MethodBadge method={row.method} />
                  <code className="font-mono text-sm [overflow-wrap:anywhere]">{row.path}</code>
                  <span className="basis-full text-sm text-muted [overflow-wrap:anywhere]">
                    {row.name ? "" : "No tool: "}
                    {row.reasons.join(" ")}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        ) : null}
        {concerned.length > SHOWN_MAX ? (
          <p className="text-sm text-muted">
            And {count(concerned.length - SHOWN_MAX, "operation")} more, marked in the list.
          </p>
        ) : null}
        {notes.length > 0 ? <DiagnosticList diagnostics={notes.slice(0, SHOWN_MAX)} /> : null}
      </div>
    </details>
  );
}
