import { ChevronRight, TriangleAlert } from "lucide-react";
import { MethodBadge } from "@/components/tool/method-badge.tsx";
import type { ToolRow } from "@/components/tool/tool-row.ts";
import { count } from "@/components/ui/figures.ts";
import { DiagnosticList, type DiagnosticView } from "./diagnostic-list.tsx";

const SHOWN_MAX = 100;

/** What of the document could not be kept, and why: operations first, then the document as a whole. Absent when all is well. */
export function Attention({
  rows,
  diagnostics,
  onOpen,
}: {
  rows: readonly ToolRow[];
  diagnostics: DiagnosticView[];
  onOpen: (row: ToolRow) => void;
}) {
  const concerned = rows.filter(({ name, isDegraded }) => isDegraded || !name);
  const general = diagnostics.filter(({ operation, severity }) => !operation && severity !== "info");
  const total = concerned.length + general.length;
  if (total === 0) return null;
  return (
    <details className="group rounded-card border bg-surface">
      <summary className="flex items-center gap-2 px-3 py-2 font-medium">
        <TriangleAlert size={16} aria-hidden />
        {total === 1 ? "1 needs attention" : `${total.toLocaleString("en")} need attention`}
        <ChevronRight
          size={16}
          aria-hidden
          className="text-muted transition-transform duration-100 group-open:rotate-90"
        />
      </summary>
      <div className="flex max-h-80 flex-col gap-3 overflow-y-auto border-t p-3">
        {general.length > 0 ? <DiagnosticList diagnostics={general.slice(0, SHOWN_MAX)} /> : null}
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
        {concerned.length > SHOWN_MAX ? (
          <p className="text-sm text-muted">
            And {count(concerned.length - SHOWN_MAX, "operation")} more, marked in the list.
          </p>
        ) : null}
      </div>
    </details>
  );
}
