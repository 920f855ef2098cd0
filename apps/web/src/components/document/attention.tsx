import { Check as CheckMark, ChevronRight, Info, LoaderCircle, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { MethodBadge } from "@/components/tool/method-badge.tsx";
import type { Reason, ToolRow } from "@/components/tool/tool-row.ts";
import { cx } from "@/components/ui/cx.ts";
import { count } from "@/components/ui/figures.ts";
import { DiagnosticList, type DiagnosticView } from "./diagnostic-list.tsx";
import { Pointer } from "./pointer.tsx";
import type { Check } from "./use-findings.ts";

const SHOWN_MAX = 100;

/** The validator's findings name operations too, and change none. */
const isFinding = ({ code }: DiagnosticView) => code === "specification";
const isGeneral = (diagnostic: DiagnosticView) => !diagnostic.operation || isFinding(diagnostic);

/** What the validator found about one operation. */
export function findingsOf(diagnostics: readonly DiagnosticView[], { key }: ToolRow): Reason[] {
  return diagnostics.filter((diagnostic) => isFinding(diagnostic) && diagnostic.operation === key);
}

/** What of the document could not be kept, and why and where, and what else is worth knowing of it. Absent when there is nothing. */
export function Attention({
  rows,
  diagnostics,
  onOpen,
  fixOf,
  check = "before",
}: {
  rows: readonly ToolRow[];
  diagnostics: readonly DiagnosticView[];
  onOpen: (row: ToolRow) => void;
  /** What can be done about a diagnostic, as a control. */
  fixOf?: (diagnostic: DiagnosticView) => ReactNode;
  /** While the specification's check runs, its place is kept: what is below does not move when it says something. */
  check?: Check;
}) {
  const leftOut = rows.filter(({ status }) => status === "skipped");
  const limited = rows.filter(({ status }) => status === "degraded");
  const general = diagnostics.filter((diagnostic) => isGeneral(diagnostic) && diagnostic.severity !== "info");
  const notes = diagnostics.filter((diagnostic) => isGeneral(diagnostic) && diagnostic.severity === "info");
  const parts = [
    leftOut.length > 0 ? `${count(leftOut.length, "operation")} left out` : "",
    limited.length > 0 ? `${limited.length.toLocaleString("en")} with limits` : "",
    general.length > 0 ? `${count(general.length, "remark")} on the document` : "",
    notes.length > 0 ? count(notes.length, "note") : "",
  ].filter(Boolean);
  if (parts.length === 0) return check === "before" ? null : <CheckPlace check={check} />;
  const isNotes = parts.length === 1 && notes.length > 0;
  return (
    <details className="group rounded-card border bg-surface">
      <summary className="flex items-center gap-2 px-3 py-2 font-medium">
        {isNotes ? (
          <Info size={16} aria-hidden className="shrink-0" />
        ) : (
          <TriangleAlert size={16} aria-hidden className="shrink-0" />
        )}
        {parts.join(" · ")}
        <ChevronRight
          size={16}
          aria-hidden
          className="shrink-0 text-muted transition-transform duration-100 group-open:rotate-90"
        />
      </summary>
      <div className="flex max-h-96 flex-col gap-4 overflow-y-auto border-t p-3">
        <Concerned title="Left out: no tool can be made of them" rows={leftOut} onOpen={onOpen} />
        <Concerned title="With limits: they work, except for what is said here" rows={limited} onOpen={onOpen} />
        {general.length > 0 ? (
          <Part title="The document as a whole">
            <DiagnosticList diagnostics={general.slice(0, SHOWN_MAX)} {...(fixOf ? { fixOf } : {})} />
            <More count={general.length} noun="remark" />
          </Part>
        ) : null}
        {notes.length > 0 ? (
          <Part title="Notes">
            <DiagnosticList diagnostics={notes.slice(0, SHOWN_MAX)} />
            <More count={notes.length} noun="note" />
          </Part>
        ) : null}
      </div>
    </details>
  );
}

const CHECK_WORDS: Record<Exclude<Check, "before">, string> = {
  running: "Checking the document against the specification",
  done: "The document keeps to the specification",
  silent: "The document was not checked against the specification yet. Its tools are not affected.",
};

function CheckPlace({ check }: { check: Exclude<Check, "before"> }) {
  const Icon = check === "running" ? LoaderCircle : check === "done" ? CheckMark : Info;
  return (
    <p role="status" className="flex items-center gap-2 rounded-card border bg-surface px-3 py-2 text-muted">
      <Icon size={16} aria-hidden className={cx("shrink-0", check === "running" && "animate-spin")} />
      {CHECK_WORDS[check]}
    </p>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-1">
      <h2 className="font-medium">{title}</h2>
      {children}
    </section>
  );
}

function Concerned({
  title,
  rows,
  onOpen,
}: {
  title: string;
  rows: readonly ToolRow[];
  onOpen: (row: ToolRow) => void;
}) {
  if (rows.length === 0) return null;
  return (
    <Part title={title}>
      <ul className="flex flex-col">
        {rows.slice(0, SHOWN_MAX).map((row) => (
          <li key={row.key}>
            <button
              type="button"
              onClick={() => onOpen(row)}
              className="flex w-full flex-wrap items-baseline gap-x-2 rounded-control px-2 py-1.5 text-left hover:bg-hover"
            >
              <MethodBadge method={row.method} kind={row.kind} />
              <code className="font-mono text-sm [overflow-wrap:anywhere]">{row.path}</code>
              {row.reasons.map(({ message, pointer, position }) => (
                <span key={message} className="basis-full text-sm text-muted [overflow-wrap:anywhere]">
                  {message}
                  <Pointer pointer={pointer} position={position} />
                </span>
              ))}
            </button>
          </li>
        ))}
      </ul>
      <More count={rows.length} noun="operation" />
    </Part>
  );
}

function More({ count: total, noun }: { count: number; noun: string }) {
  if (total <= SHOWN_MAX) return null;
  return <p className="text-sm text-muted">And {count(total - SHOWN_MAX, noun)} more.</p>;
}
