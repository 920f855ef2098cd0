import type { Diagnostic, Operation, Position } from "@portico/openapi";
import { type Kind, kindOf } from "./kind.ts";

/** One operation in a picker: little enough that a thousand of them travel fast. */
export interface ToolRow {
  key: string;
  method: string;
  /** What a call of it does. */
  kind: Kind;
  path: string;
  /** The tool's name; absent when no tool can be made of the operation. */
  name: string | undefined;
  summary: string | undefined;
  group: string;
  /** The id of its document, on a server that has several. */
  document?: string;
  tokens: number;
  /** Ready, ready with limits, or left out. */
  status: Operation["status"];
  isSuggested: boolean;
  isDeprecated: boolean;
  /** Somebody changed what the document says. */
  isEdited: boolean;
  /** What was decided of it: a person agrees to each call; answers are shown as a widget too; large ones are summed up. */
  isAskedFirst: boolean;
  hasWidget: boolean;
  isSummarized: boolean;
  /** The earlier revision of the document that it is held back at. */
  heldAt?: { number: number; createdAt: string; isGone: boolean; successor?: string };
  /** Why it is not simply ready, and where the document says so. */
  reasons: Reason[];
}

export interface Reason {
  message: string;
  /** JSON pointer. */
  pointer?: string;
  /** Where in the text that is. */
  position?: Position;
}

declare const rowsOf: unique symbol;

/** Rows on their way to the browser as one text: a thousand of them field by field would take longer to write and to read than the rest of a page. */
export type PackedRows = string & { readonly [rowsOf]: ToolRow };

export function packRows(rows: readonly ToolRow[]): PackedRows {
  return JSON.stringify(rows) as PackedRows;
}

/** What is undefined in a row is absent from it. */
export function unpackRows(packed: PackedRows): ToolRow[] {
  return JSON.parse(packed) as ToolRow[];
}

/** Operations with more than one tag stand under the first; in a document without tags the path groups them. */
export function toToolRows(operations: readonly Operation[], diagnostics: readonly Diagnostic[] = []): ToolRow[] {
  // Of what is said twice, the first place is shown.
  const places = new Map(
    diagnostics
      .toReversed()
      .map(({ operation, message, pointer, position }) => [`${operation} ${message}`, { pointer, position }]),
  );
  const hasTags = operations.some(({ tags }) => tags.length > 0);
  return operations.map((operation) => ({
    key: operation.key,
    method: operation.method,
    kind: kindOf(operation.method),
    path: operation.path,
    name: operation.status === "skipped" ? undefined : operation.toolName,
    summary: operation.summary,
    group: operation.tags[0] ?? (hasTags ? "Other" : (operation.path.split("/").find(isWord) ?? "Other")),
    tokens: operation.tokens ?? 0,
    status: operation.status,
    isSuggested: operation.suggested,
    isDeprecated: operation.deprecated,
    isEdited: false,
    isAskedFirst: false,
    hasWidget: false,
    isSummarized: false,
    reasons: operation.reasons.map((message) => {
      const { pointer, position } = places.get(`${operation.key} ${message}`) ?? {};
      return { message, ...(pointer ? { pointer } : {}), ...(position ? { position } : {}) };
    }),
  }));
}

/** "v1" and "{id}" say nothing about what an operation is for. */
function isWord(segment: string): boolean {
  return segment !== "" && segment !== "api" && !/^v\d+$/.test(segment) && !segment.startsWith("{");
}

export type TreeItem =
  | { kind: "group"; id: string; name: string; rows: ToolRow[]; isOpen: boolean; position: number; siblings: number }
  | { kind: "row"; id: string; row: ToolRow; position: number; siblings: number };

/** What the tree shows, top to bottom: groups, and under the open ones their rows. What was filtered for is never under a closed one. */
export function layOutTree(rows: readonly ToolRow[], isFiltered: boolean, closed: ReadonlySet<string>): TreeItem[] {
  const groups = new Map<string, ToolRow[]>();
  for (const row of rows) {
    const group = groups.get(row.group);
    if (group) group.push(row);
    else groups.set(row.group, [row]);
  }
  return [...groups].flatMap(([name, members], at) => {
    const isOpen = isFiltered || !closed.has(name);
    const group: TreeItem = {
      kind: "group",
      id: `group:${name}`,
      name,
      rows: members,
      isOpen,
      position: at + 1,
      siblings: groups.size,
    };
    if (!isOpen) return [group];
    const items = members.map(
      (row, index): TreeItem => ({ kind: "row", id: row.key, row, position: index + 1, siblings: members.length }),
    );
    return [group, ...items];
  });
}

/** The rows that hold every word of the filter. */
export function matching(rows: readonly ToolRow[], filter: string): ToolRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...rows];
  return rows.filter(({ key, name, summary, group }) => {
    const text = `${key} ${name ?? ""} ${summary ?? ""} ${group}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
