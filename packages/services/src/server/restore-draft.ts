import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { packDraftOf, saveDraftBefore } from "./draft-before.ts";
import { findServer } from "./find-server.ts";
import {
  checkDocumentsThere,
  DRAFT_SETTINGS,
  type KeptDraft,
  keepDraft,
  unpackDraft,
  writeDraft,
} from "./kept-draft.ts";
import { readOverrides } from "./override.ts";
import { versionNumberSchema } from "./versions.ts";
import { type ServerView, serverView } from "./views.ts";

const reviewSchema = z.object({ id: z.string(), version: versionNumberSchema }).strict();

/** How the draft of now and another one differ. */
export interface DraftDifference {
  /** Operations that are picked now, and are not in the other one. */
  dropped: string[];
  /** Operations that are picked in the other one only. */
  picked: string[];
  /** Operations whose edit of now is another one there, or none. */
  edits: string[];
  /** Names of own tools and prompts, and addresses of resources, that are others there or none. */
  composedTools: string[];
  prompts: string[];
  resources: string[];
  /** Titles of documents that are not in the other one. */
  documents: string[];
  /** Titles of documents of which it has another revision, or holds back other operations. */
  revisions: string[];
  /** Names of settings. */
  settings: string[];
}

export interface RestoreReview {
  version: number;
  /** What of the draft goes, and what comes. */
  changes: DraftDifference;
  /** The draft is what that version was made of: there is nothing to lose. */
  isSame: boolean;
  /** The number to send back when it is made the draft. */
  lock: number;
}

/** What of the draft would be lost if it were made what a version was made of. Nothing is written. */
export async function reviewRestore({ ctx, input }: Call<z.input<typeof reviewSchema>>): Promise<RestoreReview> {
  authorize(ctx, "server.read");
  const { id, version } = parseInput(reviewSchema, input);
  const { server, draft } = await readKept(ctx, id, version);
  const now = keepDraft(server, await readOverrides(ctx.db, server.id));
  return {
    version,
    changes: compareDrafts(now, draft),
    isSame: isDeepStrictEqual(comparable(now), comparable(draft)),
    lock: server.lock,
  };
}

const schema = reviewSchema.extend({
  /** The `lock` that was reviewed; a change of the draft since then is a conflict. */
  lock: z.number().int().optional(),
});
export type RestoreDraftInput = z.input<typeof schema>;

/**
 * Makes the draft what it was when a version was published: revisions, picks, edits, own tools, prompts, resources and settings. The draft of
 * before is kept for `undoDraft`. What is served stays as it is until somebody publishes.
 */
export async function restoreDraft({ ctx, input }: Call<RestoreDraftInput>): Promise<ServerView> {
  authorize(ctx, "server.write");
  const { id, version, lock } = parseInput(schema, input);
  const { server, draft } = await readKept(ctx, id, version);
  if (lock !== undefined && lock !== server.lock)
    throw new AppError(
      "conflict",
      "The draft changed since it was looked through. Look again at what would be lost, then use the version.",
    );
  await checkDocumentsThere(ctx, draft);
  const before = await packDraftOf(ctx, server);
  await ctx.db.$transaction(async (tx) => {
    await writeDraft(tx, ctx, server, draft);
    await saveDraftBefore(tx, server, "restore", before);
    await audit(tx, ctx, "server.restore", server.id, { version });
  });
  return serverView(ctx, await findServer(ctx, server.id));
}

async function readKept(ctx: Ctx, id: string, number: number) {
  const server = await findServer(ctx, id);
  const row = await ctx.db.version.findFirst({
    where: { serverId: server.id, organizationId: ctx.organizationId, number },
    select: { draft: true },
  });
  if (!row) throw notFound(`version ${number}`);
  if (!row.draft)
    throw new AppError(
      "precondition_failed",
      `Version ${number} was published before drafts were kept, so no draft can be made of it. It can still be served: roll back to it.`,
    );
  return { server, draft: await unpackDraft(row.draft) };
}

/** Titles of documents are no part of a draft. */
function comparable({ documents, ...rest }: KeptDraft) {
  return { ...rest, documents: documents.map(({ title: _title, ...place }) => place) };
}

/** What of one draft is otherwise in the other, seen from the first. Pure. */
export function compareDrafts(now: KeptDraft, other: KeptDraft): DraftDifference {
  const [picks, otherPicks] = [new Set(now.selection), new Set(other.selection)];
  const otherDocuments = new Map(other.documents.map((one) => [one.documentId, one]));
  const isRebased = now.documents.some(
    ({ documentId, baseUrl }) => otherDocuments.has(documentId) && otherDocuments.get(documentId)?.baseUrl !== baseUrl,
  );
  return {
    dropped: now.selection.filter((key) => !otherPicks.has(key)),
    picked: other.selection.filter((key) => !picks.has(key)),
    edits: differing(now.overrides, other.overrides, "operation"),
    composedTools: differing(now.composedTools, other.composedTools, "name"),
    prompts: differing(now.prompts, other.prompts, "name"),
    resources: differing(now.resources, other.resources, "uri"),
    documents: now.documents.filter(({ documentId }) => !otherDocuments.has(documentId)).map(({ title }) => title),
    revisions: now.documents
      .filter((one) => {
        const then = otherDocuments.get(one.documentId);
        return then && (then.revisionId !== one.revisionId || !isDeepStrictEqual(then.held, one.held));
      })
      .map(({ title }) => title),
    settings: [
      ...DRAFT_SETTINGS.filter((name) => !isDeepStrictEqual(now[name], other[name])),
      ...(isRebased ? ["baseUrl"] : []),
    ],
  };
}

/** Those of a list that are not in another one as they are, by what they are called. */
function differing(now: readonly unknown[], other: readonly unknown[], by: string): string[] {
  const nameOf = (item: unknown) => String((item as Record<string, unknown>)[by]);
  const others = new Map(other.map((item) => [nameOf(item), item]));
  return now.filter((item) => !isDeepStrictEqual(item, others.get(nameOf(item)))).map(nameOf);
}
