import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { type DocumentWords, fieldWords, valueWords } from "./tool-changes.ts";

/** Two people changed one field of a tool: what each made of it, and the choice. Nothing is overwritten until then. */
export function EditConflictNotice({
  path,
  mine,
  theirs,
  document,
  onKeep,
  onTake,
}: {
  path: string;
  mine: unknown;
  theirs: unknown;
  document: DocumentWords;
  onKeep: () => void;
  onTake: () => void;
}) {
  const field = fieldWords(path);
  return (
    <Notice
      kind="problem"
      title={`Somebody else changed the ${field} meanwhile`}
      action={
        <>
          <Button size="small" onClick={onKeep}>
            Keep mine<span className="sr-only">: {field}</span>
          </Button>
          <Button size="small" onClick={onTake}>
            Take theirs<span className="sr-only">: {field}</span>
          </Button>
        </>
      }
    >
      <dl className="mt-1 grid gap-2 sm:grid-cols-2">
        {[
          ["Yours", mine],
          ["Theirs", theirs],
        ].map(([who, value]) => (
          <div key={String(who)}>
            <dt className="text-sm text-muted">{String(who)}</dt>
            <dd className="whitespace-pre-wrap text-ink">{valueWords(path, value, document)}</dd>
          </div>
        ))}
      </dl>
    </Notice>
  );
}
