import type { ChangedTool } from "@portico/services";

type Change = ChangedTool["changes"][number];

/** More of one tool is behind a click. */
const SENTENCES_MAX = 6;

/** What differs, what may break first. */
export function Sentences({ changes }: { changes: readonly Change[] }) {
  const ordered = [...changes].sort((a, b) => Number(b.isBreaking) - Number(a.isBreaking));
  const line = ({ where, message, isBreaking }: (typeof ordered)[number]) => (
    <li key={where + message} className="[overflow-wrap:anywhere]">
      {message}
      {isBreaking ? <span className="ml-1.5 font-medium text-ink">Breaking</span> : null}
    </li>
  );
  const rest = ordered.slice(SENTENCES_MAX);
  return (
    <>
      <ul className="mt-1 list-disc pl-5 text-muted marker:text-faint">{ordered.slice(0, SENTENCES_MAX).map(line)}</ul>
      {rest.length > 0 ? (
        <details className="text-muted">
          <summary className="w-fit text-sm font-medium">{rest.length} more</summary>
          <ul className="list-disc pl-5 marker:text-faint">{rest.map(line)}</ul>
        </details>
      ) : null}
    </>
  );
}
