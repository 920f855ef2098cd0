/** What a new version of a document changed of a server, as `POST /api/v1/publish` answers it. */
export interface DocumentChanges {
  added: string[];
  removed: { operation: string; wasSelected: boolean }[];
  renamed: { from: string; to: string }[];
  changed: { operation: string; isBreaking: boolean; changes: { message: string; isBreaking: boolean }[] }[];
  conflicting: { operation: string; field: string; yours?: string; after?: string }[];
  isBreaking: boolean;
}

const OPERATIONS_MAX = 10;
const SENTENCES_MAX = 5;

/** The changes in a few lines, what may break somebody's use first; none when there is nothing to tell. */
export function summarizeChanges(changes: DocumentChanges | undefined): string[] {
  if (!changes) return [];
  const { added, removed, renamed, changed, conflicting } = changes;
  const counts = [
    [added.length, "added"],
    [removed.length, "removed"],
    [renamed.length, "renamed"],
    [changed.length, "changed"],
  ].filter(([count]) => count !== 0);
  if (counts.length === 0) return ["The document changed, and none of its operations did"];
  const lostTools = removed.filter(({ wasSelected }) => wasSelected);
  const lines = [
    `The document changed: ${counts.map(([count, word]) => `${count} ${word}`).join(", ")}${changes.isBreaking ? "; what worked before may stop working" : ""}`,
    ...listed(lostTools, ({ operation }) => [`  ! ${operation} is gone, and its tool with it`]),
    ...listed(
      changed.filter(({ isBreaking }) => isBreaking),
      (operation) => describe("!", operation),
    ),
    ...listed(renamed, ({ from, to }) => [`  > ${from} is now ${to}`]),
    ...listed(added, (operation) => [`  + ${operation}`]),
    ...listed(
      removed.filter(({ wasSelected }) => !wasSelected),
      ({ operation }) => [`  - ${operation}`],
    ),
    ...listed(
      changed.filter(({ isBreaking }) => !isBreaking),
      (operation) => describe("~", operation),
    ),
  ];
  const kept = conflicting.filter(({ field }) => field !== "operation" && field !== "contentType");
  if (kept.length > 0) lines.push(`Edits that were kept where the document says something else now: ${kept.length}`);
  return lines;
}

function describe(mark: string, { operation, changes }: DocumentChanges["changed"][number]): string[] {
  const ordered = [...changes].sort((a, b) => Number(b.isBreaking) - Number(a.isBreaking));
  const more = ordered.length - SENTENCES_MAX;
  return [
    `  ${mark} ${operation}`,
    ...ordered.slice(0, SENTENCES_MAX).map(({ message }) => `      ${message}`),
    ...(more > 0 ? [`      and ${more} more`] : []),
  ];
}

/** The first ones, and how many there are beside them. */
function listed<Item>(items: readonly Item[], toLines: (item: Item) => string[]): string[] {
  const more = items.length - OPERATIONS_MAX;
  return [...items.slice(0, OPERATIONS_MAX).flatMap(toLines), ...(more > 0 ? [`    and ${more} more`] : [])];
}
