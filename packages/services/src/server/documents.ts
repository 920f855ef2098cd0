import { isDeepStrictEqual } from "node:util";
import type { Tx } from "@portico/db";
import {
  assembleDocuments,
  assembledKey,
  assembledName,
  type Compiled,
  type DocumentPart,
  type Edits,
  isMistakenFor,
  type Merged,
  mergeDocuments,
  splitKey,
} from "@portico/openapi";
import type { Ctx } from "../context.ts";
import { keptCompiled, readCompiled } from "../document/read-compiled.ts";
import { openCompiled } from "../document/revision.ts";
import { AppError, notFound } from "../error.ts";
import type { ServerRow } from "./find-server.ts";
import { heldOf, withHeld } from "./held.ts";
import type { Place, Places } from "./places.ts";

/** A document of a server's draft. */
export type ServerDocument = ServerRow["documents"][number];

type Known = Pick<ServerDocument, "key" | "revisionId"> & { held?: ServerDocument["held"] };

/** A document of a draft as its revision has it, with what is held back in it. */
export interface DraftPart extends DocumentPart {
  /** What became of operations that are held back, by their keys in the document. */
  successors: ReadonlyMap<string, string>;
  /** Those that the revision has no more. */
  gone: ReadonlySet<string>;
}

/** The document that a server was made from, or the one that has stood the longest since that was removed. */
export function firstDocument({ documents }: { documents: readonly ServerDocument[] }): ServerDocument {
  const [first] = documents;
  if (!first) throw new Error("A server has at least one document.");
  return first;
}

/** One of the documents of a server by its id; without an id the first. */
export function findServerDocument(
  server: Pick<ServerRow, "documents">,
  documentId: string | undefined,
): ServerDocument {
  if (documentId === undefined) return firstDocument(server);
  const found = server.documents.find((one) => one.documentId === documentId);
  if (!found) throw notFound("document of this server");
  return found;
}

/** The revisions that a draft is built from, each with its key. */
export async function openParts(
  { db }: Pick<Ctx, "db">,
  documents: readonly Known[],
  select?: ReadonlySet<string>,
): Promise<DraftPart[]> {
  const held = documents.flatMap(heldOf);
  const rows = await db.documentRevision.findMany({
    where: { id: { in: [...documents, ...held].map(({ revisionId }) => revisionId) } },
    select: { id: true, compiled: true },
  });
  const keys = documents.map(({ key }) => key);
  const wanted = [...(select ?? [])].map((operation) => splitKey(operation, keys));
  return Promise.all(
    documents.map(async ({ key, revisionId, ...rest }) => {
      const row = rows.find(({ id }) => id === revisionId);
      if (!row) throw notFound("revision of the document");
      const own = wanted.filter(({ document }) => document === key).map(({ operation }) => operation);
      const picked = select && new Set(own);
      return { key, ...(await withHeld(rows, await openCompiled(row, picked), heldOf(rest), picked)) };
    }),
  );
}

/** What a server's draft is built from: its documents as one, all their tools or those of some operations. Nobody may change it. */
export async function openDocuments(
  ctx: Pick<Ctx, "db">,
  documents: readonly Known[],
  select?: ReadonlySet<string>,
): Promise<Compiled> {
  return assembleDocuments(await openParts(ctx, documents, select));
}

/** As many as a server may be built from. */
export const DOCUMENTS_MAX = 20;

const KEPT_MS = 60_000;

let kept: { key: string; until: number; compiled: Promise<Compiled> } | undefined;

/** The same, kept for a minute as `readCompiled` keeps a single document, for reading one tool after another. */
export async function readDocuments(ctx: Pick<Ctx, "db">, documents: readonly Known[]): Promise<Compiled> {
  const known = keptDocuments(documents);
  if (known) return known;
  const alone = onlyDocument(documents);
  if (alone) return readCompiled(ctx, alone.revisionId);
  const entry = { key: keyOf(documents), until: Date.now() + KEPT_MS, compiled: openDocuments(ctx, documents) };
  kept = entry;
  const forget = () => {
    if (kept === entry) kept = undefined;
  };
  entry.compiled.catch(forget);
  setTimeout(forget, KEPT_MS).unref();
  return entry.compiled;
}

/** The documents as one without their tools. Where all of it is open that is given instead: nothing has to be read for it. */
export async function readOutline(ctx: Pick<Ctx, "db">, documents: readonly Known[]): Promise<Omit<Compiled, "tools">> {
  return keptDocuments(documents) ?? openDocuments(ctx, documents, new Set());
}

function keptDocuments(documents: readonly Known[]): Promise<Compiled> | undefined {
  const alone = onlyDocument(documents);
  if (alone) return keptCompiled(alone.revisionId);
  return kept?.key === keyOf(documents) && kept.until > Date.now() ? kept.compiled : undefined;
}

/** A document that is the whole of its server's as it is. */
function onlyDocument(documents: readonly Known[]): Known | undefined {
  const [first] = documents;
  return documents.length === 1 && first?.key === "" && heldOf(first).length === 0 ? first : undefined;
}

function keyOf(documents: readonly Known[]): string {
  return JSON.stringify(documents.map((one) => [one.key, one.revisionId, heldOf(one)]));
}

/** Where a draft's calls go. */
export function placesOf(documents: readonly ServerDocument[]): Places {
  const place = ({ baseUrl, document }: ServerDocument): Place => ({
    ...(baseUrl ? { baseUrl } : {}),
    ...(document.sourceUrl ? { documentUrl: document.sourceUrl } : {}),
  });
  const own = documents.find(({ key }) => key === "");
  const others = documents.filter(({ key }) => key !== "");
  return {
    ...(own ? place(own) : {}),
    ...(others.length > 0
      ? { documents: others.map((one) => ({ key: one.key, title: one.document.title, ...place(one) })) }
      : {}),
  };
}

/**
 * Refuses a revision whose own names would be taken for those of another document of the server, or of one that it had: grants, profiles and
 * credentials still know that by its names.
 */
export function checkApart(parts: readonly DocumentPart[], usedKeys: readonly string[] = []): void {
  const unkeyed = parts.find(({ key }) => key === "")?.compiled;
  if (!unkeyed) return;
  const isMistaken = (key: string) => isMistakenFor(key, unkeyed);
  const now = parts.map(({ key }) => key).find((key) => key !== "" && isMistaken(key));
  const mistaken = now ?? usedKeys.find(isMistaken);
  if (mistaken === undefined) return;
  const begin = `The document "${unkeyed.title}" has names that begin with "${mistaken}:", which would be taken for those of`;
  throw new AppError(
    "precondition_failed",
    now === undefined
      ? `${begin} a document that was removed from this server. Make another server of it.`
      : `${begin} another document of this server. Remove that document, and add it again under another short name.`,
  );
}

/**
 * A draft merged with another revision of one of its documents; the report is of that document. What was held back and is let go follows to
 * where the document has it now.
 */
export function mergePart(
  parts: readonly DraftPart[],
  next: DocumentPart,
  edits: Edits,
  usedKeys: readonly string[],
): Merged & { before: Compiled; after: Compiled } {
  const nextParts = parts.map((part) => (part.key === next.key ? next : part));
  checkApart(nextParts, usedKeys);
  const known = parts.map((part) => (part.key === next.key ? withoutSuccessors(part, next, edits) : part));
  const [before, after] = [assembleDocuments(known), assembleDocuments(nextParts)];
  const { report, ...merged } = mergeDocuments(before, after, edits);
  // Without a tool an operation counts as neither the same nor changed.
  const others = parts.filter(({ key }) => key !== next.key).flatMap(({ compiled }) => compiled.tools);
  return {
    ...merged,
    ...{ before, after },
    report: { ...report, unchangedCount: report.unchangedCount - others.length },
  };
}

/**
 * A document as it was before what stands beside an operation that is let go now came: with it there, that would be one that is gone, and not one
 * that has another address. Whatever is a tool, or was edited in more than its name, stays.
 */
function withoutSuccessors(part: DraftPart, next: DocumentPart, { selection, overrides }: Edits): DocumentPart {
  const nextKeys = new Set(next.compiled.operations.map(({ key }) => key));
  const used = new Set([
    ...selection,
    ...overrides
      .filter((one) => Object.keys(one).some((field) => field !== "operation" && field !== "name"))
      .map(({ operation }) => operation),
  ]);
  const hidden = new Set(
    [...part.successors]
      .filter(([from, to]) => !nextKeys.has(from) && !used.has(assembledKey(part.key, to)))
      .map(([, to]) => to),
  );
  if (hidden.size === 0) return part;
  const { compiled } = part;
  return {
    key: part.key,
    compiled: {
      ...compiled,
      operations: compiled.operations.filter(({ key }) => !hidden.has(key)),
      tools: compiled.tools.filter(({ operation }) => !hidden.has(operation)),
    },
  };
}

/** What is known by the names of documents that a server had: grants and profiles may name it as long as an earlier version is served. */
export interface Gone {
  isOperation(key: string): boolean;
  /** The key of the document that an operation was of; undefined for the one without. */
  documentOf(operation: string): string | undefined;
  /** A security scheme or a variable. */
  isName(name: string): boolean;
}

export function goneFrom({ documents, usedKeys }: Pick<ServerRow, "documents" | "usedKeys">): Gone {
  const keys = documents.map(({ key }) => key);
  const isUnkeyedGone = !keys.includes("");
  const startsWith = (name: string, known: readonly string[]) =>
    known.some((key) => key !== "" && name.startsWith(assembledName(key, "")));
  return {
    isOperation: (key) =>
      splitKey(key, usedKeys).document !== "" || (isUnkeyedGone && splitKey(key, keys).document === ""),
    documentOf: (operation) => splitKey(operation, [...keys, ...usedKeys]).document || undefined,
    isName: (name) => startsWith(name, usedKeys) || (isUnkeyedGone && !startsWith(name, keys)),
  };
}

/** Refuses to go on with what was made of other documents, or of other revisions of them. The caller holds the server's row. */
export async function checkSameDocuments(tx: Tx, server: Pick<ServerRow, "id" | "documents">): Promise<void> {
  const now = await tx.serverDocument.findMany({
    where: { serverId: server.id },
    select: { documentId: true, revisionId: true, held: true },
  });
  const isSame =
    now.length === server.documents.length &&
    server.documents.every(({ documentId, revisionId, held }) =>
      now.some(
        (one) => one.documentId === documentId && one.revisionId === revisionId && isDeepStrictEqual(one.held, held),
      ),
    );
  if (!isSame)
    throw new AppError(
      "conflict",
      "The draft moved to other documents, or other revisions of them, meanwhile. Try again.",
    );
}

/** Deletes those of these documents that no server is built from. */
export async function deleteUnused(tx: Tx, documentIds: string[]): Promise<void> {
  await tx.document.deleteMany({ where: { id: { in: documentIds }, servers: { none: {} } } });
}
