/** Where in a document something stands, as a JSON pointer: for whoever opens the document, and for whoever they ask. */
export function Pointer({ pointer }: { pointer: string | undefined }) {
  if (!pointer) return null;
  return (
    <span className="block text-xs text-faint">
      in the document at <code className="font-mono [overflow-wrap:anywhere]">{pointer}</code>
    </span>
  );
}
