import type { Position } from "@portico/openapi";
import { placeWords } from "./excerpt.tsx";

/** Where in a document something stands: the line, and the JSON pointer for whoever looks there with a program. */
export function Pointer({ pointer, position }: { pointer: string | undefined; position?: Position | undefined }) {
  if (!pointer && !position) return null;
  return (
    <span className="block text-xs text-muted">
      {position ? `${placeWords(position)}${pointer ? ", " : ""}` : ""}
      {pointer ? (
        <>
          {position ? "at" : "in the document at"} <code className="font-mono [overflow-wrap:anywhere]">{pointer}</code>
        </>
      ) : null}
    </span>
  );
}
