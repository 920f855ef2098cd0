import { compress, decompress, type Prisma, type Tx } from "@portico/db";
import { type Override, prefixesOf } from "@portico/openapi";
import type { Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { openParts } from "./documents.ts";
import type { ServerRow } from "./find-server.ts";
import { type HeldOperation, heldOf, toJson } from "./held.ts";
import { replaceOverrides } from "./override.ts";

/** The settings that publishing freezes, beside where calls go. */
export const DRAFT_SETTINGS = [
  "title",
  "description",
  "instructions",
  "dialect",
  "toolMode",
  "icon",
  "standInTools",
  "readAnswers",
  "searchTexts",
] as const;
const LISTS = ["prompts", "resources", "composedTools"] as const;

type Settings = Pick<ServerRow, (typeof DRAFT_SETTINGS)[number]>;

export interface KeptDocument {
  documentId: string;
  /** For whoever is told that it is gone. */
  title: string;
  revisionId: string;
  key: string;
  position: number;
  baseUrl: string | null;
  held: HeldOperation[];
}

/**
 * All that a version is made of, as JSON: the documents with their revisions, what was picked and edited, and the settings that publishing
 * freezes. Who may use a server, its address and whether it answers are no part of it.
 */
export interface KeptDraft extends Settings {
  format: 1;
  documents: KeptDocument[];
  selection: string[];
  overrides: Override[];
  prompts: unknown[];
  resources: unknown[];
  composedTools: unknown[];
}

/** The draft of a server as it is now, or as it is about to be published. */
export function keepDraft(
  server: Settings & Pick<ServerRow, "documents" | "selection" | (typeof LISTS)[number]>,
  overrides: readonly Override[],
): KeptDraft {
  const { title, description, instructions, dialect, toolMode, icon, standInTools, readAnswers, searchTexts } = server;
  return {
    format: 1,
    ...{ title, description, instructions, dialect, toolMode, icon, standInTools, readAnswers, searchTexts },
    documents: server.documents.map(({ documentId, revisionId, key, position, baseUrl, held, document }) => ({
      ...{ documentId, title: document.title, revisionId, key, position, baseUrl, held: heldOf({ held }) },
    })),
    selection: server.selection as string[],
    overrides: overrides.toSorted((one, other) => (one.operation < other.operation ? -1 : 1)),
    prompts: server.prompts as unknown[],
    resources: server.resources as unknown[],
    composedTools: server.composedTools as unknown[],
  };
}

/** A draft as rows hold it: JSON, gzip. */
export function packDraft(draft: KeptDraft): Promise<Uint8Array<ArrayBuffer>> {
  return compress(JSON.stringify(draft));
}

export async function unpackDraft(packed: Uint8Array): Promise<KeptDraft> {
  // Written by packDraft only.
  return JSON.parse((await decompress(packed)).toString("utf8")) as KeptDraft;
}

/** Refuses a draft that was built from what is no longer there. */
export async function checkDocumentsThere(ctx: Ctx, { documents }: KeptDraft): Promise<void> {
  const rows = await ctx.db.documentRevision.findMany({
    where: { id: { in: documents.map(({ revisionId }) => revisionId) }, organizationId: ctx.organizationId },
    select: { id: true },
  });
  const known = new Set(rows.map(({ id }) => id));
  const gone = documents.filter(({ revisionId }) => !known.has(revisionId)).map(({ title }) => `"${title}"`);
  if (gone.length === 0) return;
  const [what, it] =
    gone.length === 1 ? [`The document ${gone[0]}`, "it"] : [`The documents ${gone.join(", ")}`, "them"];
  throw new AppError(
    "precondition_failed",
    `${what} ${gone.length === 1 ? "was" : "were"} deleted since, and this draft was built from ${it}. Import ${it} again and add ${it} to the server; the version itself can still be served.`,
    { documents: gone },
  );
}

/**
 * Makes a kept draft the draft of a server, whose lock counts on. What of the draft is there now and not in the other one goes: the caller has
 * kept it. Documents that come or go stay documents.
 */
export async function writeDraft(tx: Tx, ctx: Ctx, server: ServerRow, draft: KeptDraft): Promise<void> {
  const usedKeys = await usedKeysWith(ctx, server, draft);
  const { count } = await tx.server.updateMany({
    where: { id: server.id, lock: server.lock },
    data: { ...columnsOf(draft), usedKeys, lock: { increment: 1 } },
  });
  if (count === 0) throw new AppError("conflict", "Somebody else changed this server at the same moment. Try again.");
  const kept = new Set(draft.documents.map(({ documentId }) => documentId));
  const gone = server.documents.map(({ documentId }) => documentId).filter((id) => !kept.has(id));
  await tx.serverDocument.deleteMany({ where: { serverId: server.id, documentId: { in: gone } } });
  for (const { documentId, title: _title, held, ...rest } of draft.documents) {
    const place = { ...rest, held: toJson(held) };
    await tx.serverDocument.upsert({
      where: { serverId_documentId: { serverId: server.id, documentId } },
      create: { serverId: server.id, documentId, organizationId: ctx.organizationId, ...place },
      update: place,
    });
  }
  await replaceOverrides(tx, server.id, draft.overrides);
}

function columnsOf(draft: KeptDraft): Prisma.ServerUpdateManyMutationInput {
  const settings = Object.fromEntries(DRAFT_SETTINGS.map((name) => [name, draft[name]]));
  // What was read from columns of JSON is JSON.
  const lists = Object.fromEntries(LISTS.map((name) => [name, draft[name] as Prisma.InputJsonValue]));
  return { ...settings, ...lists, selection: draft.selection };
}

/** The keys that no other document gets: those of documents that go are among them, and those of documents that come back are not. */
async function usedKeysWith(ctx: Ctx, server: ServerRow, draft: KeptDraft): Promise<string[]> {
  const isIn = (documents: readonly { documentId: string }[], { documentId }: { documentId: string }) =>
    documents.some((one) => one.documentId === documentId);
  const going = server.documents.filter((one) => !isIn(draft.documents, one));
  const coming = draft.documents.filter((one) => !isIn(server.documents, one));
  const [gone, back] = [await prefixes(ctx, going), new Set(await prefixes(ctx, coming))];
  return [...new Set([...server.usedKeys, ...gone])].filter((key) => !back.has(key));
}

async function prefixes(ctx: Ctx, documents: readonly Pick<KeptDocument, "key" | "revisionId">[]): Promise<string[]> {
  const parts = await openParts(
    ctx,
    documents.map(({ key, revisionId }) => ({ key, revisionId })),
  );
  return parts.flatMap(({ key, compiled }) => (key === "" ? prefixesOf(compiled) : [key]));
}
