import type { Position } from "@portico/openapi";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Excerpt } from "./excerpt.tsx";
import { Pointer } from "./pointer.tsx";

export interface DiagnosticView {
  code: string;
  severity: "info" | "warning" | "error";
  pointer: string;
  operation?: string;
  message: string;
  /** Where in the text it stands. */
  position?: Position;
  /** The address that may be allowed, where that is what a refused reference needs. */
  origin?: string;
  /** Files of a ZIP to choose from. */
  candidates?: string[];
}

const ICONS = { info: Info, warning: TriangleAlert, error: CircleAlert };
const WORDS = { info: "Note", warning: "Warning", error: "Problem" };

/** What is worth knowing about a document, each with the place that it is about and, where there is one, what to do. */
export function DiagnosticList({
  diagnostics,
  fixOf,
}: {
  diagnostics: DiagnosticView[];
  fixOf?: (diagnostic: DiagnosticView) => ReactNode;
}) {
  return (
    <ul className="divide-y rounded-card border bg-surface">
      {diagnostics.map((diagnostic, index) => {
        const { code, severity, pointer, operation, message, position } = diagnostic;
        const Icon = ICONS[severity];
        return (
          <li key={`${code}${pointer}${index}`} className="flex gap-2.5 px-3 py-2">
            <Icon size={16} aria-label={WORDS[severity]} className="mt-0.5 shrink-0" />
            <div className="min-w-0 flex-1">
              <p className="[overflow-wrap:anywhere]">{message}</p>
              {operation ? <p className="font-mono text-xs text-muted [overflow-wrap:anywhere]">{operation}</p> : null}
              <Pointer pointer={pointer} position={position} />
              {position?.excerpt ? <Excerpt line={position.line} excerpt={position.excerpt} /> : null}
              {fixOf?.(diagnostic)}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
