import type { Position, Excerpt as Quoted } from "@portico/openapi";
import { ScrollRegion } from "@/components/ui/scroll-region.tsx";

/** "Line 12, column 5", and of which file. */
export function placeWords({ line, column, file }: Position): string {
  return `Line ${line.toLocaleString("en")}, column ${column.toLocaleString("en")}${file === undefined ? "" : ` of ${file}`}`;
}

/** The lines of a document around a place, with the place marked. */
export function Excerpt({ line, excerpt }: { line: number; excerpt: Quoted }) {
  const { firstLine, lines, mark } = excerpt;
  return (
    <ScrollRegion
      isRepeated
      label={`The document around line ${line}`}
      className="mt-2 rounded-control border bg-sunken py-1"
    >
      <table className="w-full border-collapse font-mono text-xs">
        <tbody>
          {lines.map((text, at) => {
            const number = firstLine + at;
            const isMarked = number === line;
            return (
              <tr key={number} className={isMarked ? "bg-accent-soft" : undefined}>
                <th scope="row" className="w-px px-3 py-0.5 text-right font-normal text-muted tabular-nums select-none">
                  {number}
                </th>
                <td className="py-0.5 pr-3 whitespace-pre">
                  {isMarked ? (
                    <>
                      {text.slice(0, mark)}
                      <mark className="rounded-sm bg-transparent text-ink underline decoration-accent decoration-2 underline-offset-4">
                        {text.slice(mark) || "⏎"}
                      </mark>
                    </>
                  ) : (
                    text
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
