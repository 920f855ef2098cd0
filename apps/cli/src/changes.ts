/** What a new version of a document changed of a server, as `POST /api/v1/publish` answers it. */
export interface DocumentChanges {
  added: string[];
  removed: { operation: string; wasSelected: boolean }[];
  renamed: { from: string; to: string }[];
  changed: { operation: string; isBreaking: boolean; changes: Change[] }[];
  conflicting: { operation: string; field: string; yours?: string; after?: string }[];
  isBreaking: boolean;
}

interface Change {
  message: string;
  isBreaking: boolean;
}

interface ToolLine {
  name: string;
  operation: string;
}

/** What differs between two versions of a server, or a version and the draft, as `GET …/versions/{a}/diff/{b}` answers it. */
export interface VersionChanges {
  added: ToolLine[];
  removed: ToolLine[];
  changed: (ToolLine & { isBreaking: boolean; changes: Change[] })[];
  settings: Change[];
  isBreaking: boolean;
}

const OPERATIONS_MAX = 10;
const SENTENCES_MAX = 5;

/** The changes in a few lines, what may break somebody's use first; none when there is nothing to tell. */
export function summarizeChanges(changes: DocumentChanges | undefined): string[] {
  if (!changes) return [];
  const { added, removed, renamed, changed, conflicting } = changes;
  const counted = countChanges({ added, removed, renamed, changed });
  if (counted === "") return ["The document changed, and none of its operations did"];
  const lostTools = removed.filter(({ wasSelected }) => wasSelected);
  const lines = [
    `The document changed: ${counted}${mayBreak(changes)}`,
    ...listed(lostTools, ({ operation }) => [`  ! ${operation} is gone, and its tool with it`]),
    ...listed(
      changed.filter(({ isBreaking }) => isBreaking),
      ({ operation, changes }) => describe("!", operation, changes),
    ),
    ...listed(renamed, ({ from, to }) => [`  > ${from} is now ${to}`]),
    ...listed(added, (operation) => [`  + ${operation}`]),
    ...listed(
      removed.filter(({ wasSelected }) => !wasSelected),
      ({ operation }) => [`  - ${operation}`],
    ),
    ...listed(
      changed.filter(({ isBreaking }) => !isBreaking),
      ({ operation, changes }) => describe("~", operation, changes),
    ),
  ];
  const kept = conflicting.filter(({ field }) => field !== "operation" && field !== "contentType");
  if (kept.length > 0) lines.push(`Edits that were kept where the document says something else now: ${kept.length}`);
  return lines;
}

/** What clients notice, in a few lines, what may break somebody's use first; none when there is nothing to notice. */
export function summarizeVersionChanges(changes: VersionChanges): string[] {
  const { added, removed, changed, settings } = changes;
  const counted = countChanges({ added, removed, changed, "of the settings": settings });
  if (counted === "") return [];
  const changedLines = (isBreaking: boolean) =>
    listed(
      changed.filter((tool) => tool.isBreaking === isBreaking),
      (tool) => describe(isBreaking ? "!" : "~", nameOf(tool), tool.changes),
    );
  const settingLines = (isBreaking: boolean) =>
    settings
      .filter((setting) => setting.isBreaking === isBreaking)
      .map(({ message }) => `  ${isBreaking ? "!" : "~"} ${message}`);
  return [
    `${counted}${mayBreak(changes)}`,
    ...listed(removed, (tool) => [`  ! ${nameOf(tool)} is gone`]),
    ...changedLines(true),
    ...settingLines(true),
    ...listed(added, (tool) => [`  + ${nameOf(tool)}`]),
    ...changedLines(false),
    ...settingLines(false),
  ];
}

function nameOf({ name, operation }: ToolLine): string {
  return `${name} (${operation})`;
}

/** "1 added, 2 removed"; empty when nothing is. */
function countChanges(lists: Record<string, readonly unknown[]>): string {
  return Object.entries(lists)
    .filter(([, list]) => list.length > 0)
    .map(([word, list]) => `${list.length} ${word}`)
    .join(", ");
}

function mayBreak({ isBreaking }: { isBreaking: boolean }): string {
  return isBreaking ? "; what worked before may stop working" : "";
}

function describe(mark: string, what: string, changes: readonly Change[]): string[] {
  const ordered = [...changes].sort((a, b) => Number(b.isBreaking) - Number(a.isBreaking));
  const more = ordered.length - SENTENCES_MAX;
  return [
    `  ${mark} ${what}`,
    ...ordered.slice(0, SENTENCES_MAX).map(({ message }) => `      ${message}`),
    ...(more > 0 ? [`      and ${more} more`] : []),
  ];
}

/** The first ones, and how many there are beside them. */
function listed<Item>(items: readonly Item[], toLines: (item: Item) => string[]): string[] {
  const more = items.length - OPERATIONS_MAX;
  return [...items.slice(0, OPERATIONS_MAX).flatMap(toLines), ...(more > 0 ? [`    and ${more} more`] : [])];
}
