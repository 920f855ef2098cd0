import type { Prisma } from "@portico/db";
import {
  assembleDocuments,
  assembledKey,
  assembledName,
  type Compiled,
  type Merged,
  type MergeReport,
  type Override,
} from "@portico/openapi";
import { audit } from "../audit/audit.ts";
import type { Ctx } from "../context.ts";
import { positioned, replaceText } from "../document/positions.ts";
import { openCompiled, type PreparedRevision, prepareRevision, saveRevision, toJson } from "../document/revision.ts";
import { findSameRevision, isSameCompiled } from "../document/same-revision.ts";
import { AppError } from "../error.ts";
import { slugify } from "../input.ts";
import { findEnding } from "../profile/ended-sign-ins.ts";
import { checkCredential, originsOf, saveCredential, servedTools } from "../server/credential.ts";
import { mergePart, openParts, placesOf, type ServerDocument } from "../server/documents.ts";
import { saveDraftBefore } from "../server/draft-before.ts";
import { DOCUMENTS } from "../server/find-server.ts";
import { freeSlug } from "../server/free-slug.ts";
import { heldOf } from "../server/held.ts";
import { keepDraft, packDraft } from "../server/kept-draft.ts";
import { prepareVersion } from "../server/manifest.ts";
import { readOverrides, replaceOverrides } from "../server/override.ts";
import { credentialsSchema, publishCredentialsContext, publishJobInput } from "../server/publish-source.ts";
import { resolveSelection } from "../server/selection.ts";
import { saveVersion } from "../server/version.ts";
import { serverUrls } from "../server/views.ts";
import type { JobBody } from "./job-body.ts";

/** How many diagnostics travel in a result; the document's page has all. */
const DIAGNOSTICS_MAX = 200;
/** How many changed operations and how many changes of each travel in a result; the breaking ones first. */
const CHANGED_OPERATIONS_MAX = 500;
const CHANGES_EACH_MAX = 20;

/**
 * Import, compile, create or update the server, publish: all written in one transaction. An update is a merge: people's edits follow
 * operations that were renamed, and tools keep the names that clients know. All of the source is taken: what was held back of it no longer is.
 */
export const publishJob: JobBody = async ({ ctx, input, source, compileSource, onProgress }) => {
  const wanted = publishJobInput.parse(input);
  const given = credentialsSchema.parse(
    JSON.parse(ctx.vault.open(wanted.sealedCredentials, publishCredentialsContext(wanted.serverId))),
  );
  const sourceUrl = "url" in source ? source.url : null;
  const prepared = await prepareRevision(compileSource, source, onProgress);
  const compiled = await openCompiled(prepared.row);
  const credentials = Object.entries(given).map(
    ([scheme, credential]) => [scheme, checkCredential(compiled.securitySchemes, scheme, credential)] as const,
  );

  const existing = await findTarget(ctx, wanted.slug, wanted.title ?? compiled.title, sourceUrl);
  // One of several documents does not name the server.
  const title = wanted.title ?? (existing && existing.documents.length > 1 ? existing.title : compiled.title);
  const overrides = existing ? await readOverrides(ctx.db, existing.id) : [];
  const target = existing
    ? targetDocument(existing, { wanted: wanted.document, sourceUrl, title: prepared.title })
    : null;
  const key = target?.key ?? "";
  const update =
    existing && target ? await mergeUpdate(ctx, { existing, target, overrides, prepared, compiled }) : null;
  const merged = update?.merged ?? null;
  const whole = update?.whole ?? compiled;
  const selection = selectTools({ compiled, whole, key, select: wanted.select, existing, merged });
  const serverId = existing?.id ?? wanted.serverId;
  const documentId = target?.documentId ?? wanted.documentId;
  const slug = existing?.slug ?? wanted.slug ?? (await freeSlug(ctx, title));
  const settings = {
    title,
    visibility: wanted.visibility ?? existing?.visibility ?? "organization",
    dialect: wanted.dialect,
    toolMode: wanted.toolMode ?? existing?.toolMode ?? "list",
    selection,
  };
  const baseUrl = wanted.baseUrl ?? null;
  const same = await findSameRevision(ctx, documentId, prepared);
  const revisionId = same?.id ?? wanted.revisionId;
  const read = {
    documentId,
    revisionId,
    key,
    baseUrl,
    held: [],
    document: { title: compiled.title, sourceUrl },
  };
  const documents: ServerDocument[] = existing?.documents.map((one) =>
    one === target ? { ...one, ...read } : one,
  ) ?? [{ ...read, position: 0 }];
  const places = placesOf(documents);
  onProgress(`Publishing ${selection.length} tools`);
  const draft = {
    ...settings,
    description: existing?.description ?? null,
    instructions: existing?.instructions ?? null,
    icon: existing?.icon ?? null,
    prompts: existing?.prompts ?? [],
    resources: existing?.resources ?? [],
    composedTools: existing?.composedTools ?? [],
    standInTools: existing?.standInTools ?? true,
    readAnswers: existing?.readAnswers ?? false,
    searchTexts: existing?.searchTexts ?? false,
  };
  const edits = merged?.edits.overrides ?? overrides;
  const version = await prepareVersion({ server: draft, compiled: whole, places, selection, overrides: edits });
  const organization = await ctx.db.organization.findUniqueOrThrow({
    where: { id: ctx.organizationId },
    select: { slug: true },
  });
  const packed = await packDraft(keepDraft({ ...draft, documents }, edits));
  const before = existing && merged ? await packDraft(keepDraft(existing, overrides)) : null;

  return async (tx, { follow, giveBack }) => {
    if (same) {
      const data = { title: compiled.title, ...(sourceUrl ? { sourceUrl } : {}), updatedAt: new Date() };
      await tx.document.update({ where: { id: documentId }, data });
      if (!same.hasSameText) {
        const { organizationId } = ctx;
        const { validationJobId } = await replaceText(tx, { organizationId, revisionId, row: prepared.row });
        follow(validationJobId, "validate-document");
      }
    } else {
      const { validationJobId } = await saveRevision(tx, {
        organizationId: ctx.organizationId,
        documentId,
        revisionId,
        title: compiled.title,
        sourceUrl,
        prepared,
      });
      follow(validationJobId, "validate-document");
    }
    if (existing) {
      const { count } = await tx.server.updateMany({
        where: { id: serverId, lock: existing.lock },
        data: { ...settings, lock: { increment: 1 } },
      });
      // The job is run again, with what the other one wrote.
      if (count === 0)
        throw new AppError(
          "conflict",
          "Somebody changed the server again and again while it was published. Try again.",
        );
      await tx.serverDocument.update({
        where: { serverId_documentId: { serverId, documentId } },
        data: { revisionId, baseUrl, held: [] },
      });
      if (merged) {
        await replaceOverrides(tx, serverId, merged.edits.overrides);
        if (before) await saveDraftBefore(tx, existing, "upgrade", before);
        await audit(tx, ctx, "server.upgrade", serverId, { renamed: merged.report.renamed.length });
      }
    } else {
      await tx.server.create({ data: { id: serverId, organizationId: ctx.organizationId, slug, ...settings } });
      await tx.serverDocument.create({
        data: { serverId, documentId, organizationId: ctx.organizationId, revisionId, baseUrl },
      });
    }
    for (const [name, credential] of credentials) {
      const scheme = assembledName(key, name);
      const origins = originsOf(scheme, { ...servedTools(version.manifest), tools: whole.tools });
      const { organizationId } = ctx;
      giveBack(await findEnding(tx, ctx.vault, { organizationId, serverId, scheme }));
      await saveCredential(tx, ctx.vault, {
        organizationId,
        serverId,
        scheme,
        credential,
        origins,
      });
    }
    const { number, isNew } = await saveVersion(tx, ctx, serverId, { prepared: version, draft: packed });
    if (isNew) await audit(tx, ctx, "server.publish", serverId, { version: number });
    return {
      server: { id: serverId, slug, ...serverUrls(ctx, organization.slug, slug) },
      version: { number },
      tools: version.manifest.tools.map(({ name, operation }) => ({ name, operation })),
      diagnostics: positioned(compiled.diagnostics.slice(0, DIAGNOSTICS_MAX), prepared.row.positions).map(toJson),
      ...(merged ? { changes: toResult(merged.report) } : {}),
    };
  };
};

/** Which of a server's documents was read again: the one that is named, from that address, or of that title; else the only one. */
function targetDocument(
  { documents }: Target,
  { wanted, sourceUrl, title }: { wanted: string | undefined; sourceUrl: string | null; title: string },
): ServerDocument {
  if (wanted !== undefined) {
    const named = documents.find(({ documentId, key }) => documentId === wanted || key === wanted);
    if (named) return named;
    const known = documents.map(({ documentId, key }) => key || documentId).join(", ");
    const message = `the server has no document "${wanted}"; it has ${known}`;
    throw new AppError("invalid_input", `document: ${message}`, { issues: [{ field: "document", message }] });
  }
  const found =
    documents.find(({ document }) => sourceUrl !== null && document.sourceUrl === sourceUrl) ??
    documents.find(({ document }) => document.title === title) ??
    (documents.length === 1 ? documents[0] : undefined);
  if (found) return found;
  const known = documents.map(({ documentId, key }) => key || documentId).join(", ");
  const message = `the server is built from several documents, and none of them is "${title}"; say which one this is the next version of: ${known}`;
  throw new AppError("invalid_input", `document: ${message}`, { issues: [{ field: "document", message }] });
}

/** The server's documents with what was read, and merged with it; `merged` is null when the same tools come of it as of what the server is built from. */
async function mergeUpdate(
  ctx: Ctx,
  update: {
    existing: Target;
    target: ServerDocument;
    overrides: Override[];
    prepared: PreparedRevision;
    compiled: Compiled;
  },
): Promise<{ whole: Compiled; merged: Merged | null }> {
  const { existing, target, overrides, prepared, compiled } = update;
  const revision = await ctx.db.documentRevision.findUniqueOrThrow({
    where: { id: target.revisionId },
    select: { compiled: true },
  });
  const parts = await openParts(ctx, existing.documents);
  const next = { key: target.key, compiled };
  if (isSameCompiled(revision, prepared.row) && heldOf(target).length === 0)
    return { whole: assembleDocuments(parts.map((part) => (part.key === next.key ? next : part))), merged: null };
  const { after: whole, ...merged } = mergePart(
    parts,
    next,
    { selection: existing.selection as string[], overrides },
    existing.usedKeys,
  );
  return { whole, merged };
}

/**
 * What is asked for of the document that was read, beside what was picked of the server's others. Where nothing is asked for, a server keeps
 * the tools that were picked for it and gets what is suggested of the new ones.
 */
function selectTools({
  compiled,
  whole,
  key: document,
  select,
  existing,
  merged,
}: {
  compiled: Compiled;
  whole: Compiled;
  key: string;
  select: Parameters<typeof resolveSelection>[1] | undefined;
  existing: Target | null;
  merged: Merged | null;
}): string[] {
  if (!existing) return resolveSelection(compiled, select ?? "suggested");
  const kept = merged?.edits.selection ?? (existing.selection as string[]);
  if (select) {
    const own = new Set(whole.operations.filter((one) => (one.document ?? "") === document).map(({ key }) => key));
    const chosen = resolveSelection(compiled, select).map((operation) => assembledKey(document, operation));
    return resolveSelection(whole, { operations: [...kept.filter((operation) => !own.has(operation)), ...chosen] });
  }
  const added = new Set(merged?.report.added);
  const suggested = whole.operations.filter((one) => one.suggested && added.has(one.key)).map(({ key }) => key);
  const operations = [...kept, ...suggested];
  return resolveSelection(whole, operations.length > 0 ? { operations } : "suggested");
}

/** As much of a report as a result holds. */
function toResult({ changed, ...report }: MergeReport): Prisma.InputJsonObject {
  const shown = [...changed]
    .sort((a, b) => Number(b.isBreaking) - Number(a.isBreaking))
    .slice(0, CHANGED_OPERATIONS_MAX)
    .map(({ changes, ...rest }) => ({
      ...rest,
      changes: [...changes].sort((a, b) => Number(b.isBreaking) - Number(a.isBreaking)).slice(0, CHANGES_EACH_MAX),
    }));
  // A report is plain JSON; the copy also drops what its types would let be undefined.
  return JSON.parse(JSON.stringify({ ...report, changed: shown })) as Prisma.InputJsonObject;
}

type Target = NonNullable<Awaited<ReturnType<typeof findTarget>>>;

/** The server that this call updates: the one of the slug that was asked for, or else one of the same title that came from the same address. */
async function findTarget(ctx: Ctx, slug: string | undefined, title: string, sourceUrl: string | null) {
  const found = await ctx.db.server.findUnique({
    where: { organizationId_slug: { organizationId: ctx.organizationId, slug: slug ?? slugify(title) } },
    include: { documents: DOCUMENTS },
  });
  if (slug) return found;
  const isFromThere = found?.documents.some(({ document }) => document.sourceUrl === sourceUrl);
  return found && sourceUrl !== null && isFromThere ? found : null;
}
