import type { Prisma } from "@portico/db";
import { type Compiled, type Merged, type MergeReport, mergeDocuments, type Override } from "@portico/openapi";
import { audit } from "../audit/audit.ts";
import type { Ctx } from "../context.ts";
import { openCompiled, type PreparedRevision, prepareRevision, saveRevision } from "../document/revision.ts";
import { findSameRevision, isSameCompiled } from "../document/same-revision.ts";
import { AppError } from "../error.ts";
import { slugify } from "../input.ts";
import { checkCredential, originsOf, saveCredential, servedTools } from "../server/credential.ts";
import { freeSlug } from "../server/free-slug.ts";
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
 * operations that were renamed, and tools keep the names that clients know.
 */
export const publishJob: JobBody = async ({ ctx, input, source, compileSource, onProgress }) => {
  const wanted = publishJobInput.parse(input);
  const credentials = credentialsSchema.parse(
    JSON.parse(ctx.vault.open(wanted.sealedCredentials, publishCredentialsContext(wanted.serverId))),
  );
  const sourceUrl = "url" in source ? source.url : null;
  const prepared = await prepareRevision(compileSource, source, onProgress);
  const compiled = await openCompiled(prepared.row);
  for (const [scheme, credential] of Object.entries(credentials))
    checkCredential(compiled.securitySchemes, scheme, credential);

  const title = wanted.title ?? compiled.title;
  const existing = await findTarget(ctx, wanted.slug, title, sourceUrl);
  const overrides = existing ? await readOverrides(ctx.db, existing.id) : [];
  const merged = existing ? await mergeUpdate(existing, overrides, prepared, compiled) : null;
  const selection = selectTools(compiled, wanted.select, existing, merged);
  const serverId = existing?.id ?? wanted.serverId;
  const documentId = existing?.documentId ?? wanted.documentId;
  const slug = existing?.slug ?? wanted.slug ?? (await freeSlug(ctx, title));
  const settings = {
    title,
    visibility: wanted.visibility ?? existing?.visibility ?? "organization",
    dialect: wanted.dialect,
    toolMode: wanted.toolMode ?? existing?.toolMode ?? "list",
    baseUrl: wanted.baseUrl ?? null,
    selection,
  };
  onProgress(`Publishing ${selection.length} tools`);
  const version = await prepareVersion({
    server: {
      ...settings,
      description: existing?.description ?? null,
      instructions: existing?.instructions ?? null,
      icon: existing?.icon ?? null,
      prompts: existing?.prompts,
      resources: existing?.resources,
      composedTools: existing?.composedTools,
      standInTools: existing?.standInTools ?? true,
      readAnswers: existing?.readAnswers ?? false,
    },
    compiled,
    documentUrl: sourceUrl,
    selection,
    overrides: merged?.edits.overrides ?? overrides,
  });
  const organization = await ctx.db.organization.findUniqueOrThrow({
    where: { id: ctx.organizationId },
    select: { slug: true },
  });

  const same = await findSameRevision(ctx, documentId, prepared);
  const revisionId = same ?? wanted.revisionId;

  return async (tx, follow) => {
    if (same) {
      const data = { title: compiled.title, ...(sourceUrl ? { sourceUrl } : {}), updatedAt: new Date() };
      await tx.document.update({ where: { id: documentId }, data });
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
        data: { revisionId, ...settings, lock: { increment: 1 } },
      });
      // The job is run again, with what the other one wrote.
      if (count === 0)
        throw new AppError(
          "conflict",
          "Somebody changed the server again and again while it was published. Try again.",
        );
      if (merged) {
        await replaceOverrides(tx, serverId, merged.edits.overrides);
        await audit(tx, ctx, "server.upgrade", serverId, { renamed: merged.report.renamed.length });
      }
    } else {
      await tx.server.create({
        data: { id: serverId, organizationId: ctx.organizationId, documentId, revisionId, slug, ...settings },
      });
    }
    for (const [scheme, credential] of Object.entries(credentials)) {
      const origins = originsOf(scheme, { ...servedTools(version.manifest), tools: compiled.tools });
      await saveCredential(tx, ctx.vault, {
        organizationId: ctx.organizationId,
        serverId,
        scheme,
        credential,
        origins,
      });
    }
    const { number, isNew } = await saveVersion(tx, ctx, serverId, version);
    if (isNew) await audit(tx, ctx, "server.publish", serverId, { version: number });
    return {
      server: { id: serverId, slug, ...serverUrls(ctx, organization.slug, slug) },
      version: { number },
      tools: version.manifest.tools.map(({ name, operation }) => ({ name, operation })),
      diagnostics: compiled.diagnostics.slice(0, DIAGNOSTICS_MAX).map((diagnostic) => ({ ...diagnostic })),
      ...(merged ? { changes: toResult(merged.report) } : {}),
    };
  };
};

/** The server merged with what was read; null when the same tools come of it as of what the server is built from. */
async function mergeUpdate(
  { revision, selection }: Target,
  overrides: Override[],
  { row }: PreparedRevision,
  compiled: Compiled,
): Promise<Merged | null> {
  if (isSameCompiled(revision, row)) return null;
  return mergeDocuments(await openCompiled(revision), compiled, { selection: selection as string[], overrides });
}

/** What is asked for. Where nothing is, a server keeps the tools that were picked for it and gets what is suggested of the new ones. */
function selectTools(
  compiled: Compiled,
  select: Parameters<typeof resolveSelection>[1] | undefined,
  existing: Target | null,
  merged: Merged | null,
): string[] {
  if (select || !existing) return resolveSelection(compiled, select ?? "suggested");
  const kept = merged?.edits.selection ?? (existing.selection as string[]);
  const added = new Set(merged?.report.added);
  const suggested = compiled.operations.filter((one) => one.suggested && added.has(one.key)).map(({ key }) => key);
  const operations = [...kept, ...suggested];
  return resolveSelection(compiled, operations.length > 0 ? { operations } : "suggested");
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
    include: { document: { select: { sourceUrl: true } }, revision: { select: { compiled: true } } },
  });
  if (slug) return found;
  return found && sourceUrl !== null && found.document.sourceUrl === sourceUrl ? found : null;
}
