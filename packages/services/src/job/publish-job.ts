import { audit } from "../audit.ts";
import type { Ctx } from "../context.ts";
import { openCompiled, prepareRevision, saveRevision } from "../document/revision.ts";
import { slugify } from "../input.ts";
import { checkCredential, originsOf, saveCredential, servedTools } from "../server/credential.ts";
import { freeSlug } from "../server/free-slug.ts";
import { readOverrides } from "../server/override.ts";
import { credentialsSchema, publishCredentialsContext, publishJobInput } from "../server/publish-source.ts";
import { resolveSelection } from "../server/selection.ts";
import { prepareVersion, saveVersion } from "../server/version.ts";
import { serverUrls } from "../server/views.ts";
import type { JobBody } from "./job-body.ts";

/** How many diagnostics travel in a result; the document's page has all. */
const DIAGNOSTICS_MAX = 200;

/** Import, compile, create or update the server, publish: all written in one transaction. */
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
  const selection = resolveSelection(compiled, wanted.select);

  const title = wanted.title ?? compiled.title;
  const existing = await findTarget(ctx, wanted.slug, title, sourceUrl);
  const serverId = existing?.id ?? wanted.serverId;
  const documentId = existing?.documentId ?? wanted.documentId;
  const slug = existing?.slug ?? wanted.slug ?? (await freeSlug(ctx, title));
  const settings = {
    title,
    visibility: wanted.visibility,
    dialect: wanted.dialect,
    baseUrl: wanted.baseUrl ?? null,
    selection,
  };
  onProgress(`Publishing ${selection.length} tools`);
  const version = await prepareVersion({
    server: { ...settings, description: existing?.description ?? null, instructions: existing?.instructions ?? null },
    compiled,
    documentUrl: sourceUrl,
    selection,
    overrides: existing ? await readOverrides(ctx.db, existing.id) : [],
  });
  const organization = await ctx.db.organization.findUniqueOrThrow({
    where: { id: ctx.organizationId },
    select: { slug: true },
  });

  return async (tx, follow) => {
    const { validationJobId } = await saveRevision(tx, {
      organizationId: ctx.organizationId,
      documentId,
      revisionId: wanted.revisionId,
      title: compiled.title,
      sourceUrl,
      prepared,
    });
    follow(validationJobId);
    await tx.server.upsert({
      where: { id: serverId },
      create: {
        id: serverId,
        organizationId: ctx.organizationId,
        documentId,
        revisionId: wanted.revisionId,
        slug,
        ...settings,
      },
      update: { revisionId: wanted.revisionId, ...settings, lock: { increment: 1 } },
    });
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
    };
  };
};

/** The server that this call updates: the one of the slug that was asked for, or else one of the same title that came from the same address. */
async function findTarget(ctx: Ctx, slug: string | undefined, title: string, sourceUrl: string | null) {
  const found = await ctx.db.server.findUnique({
    where: { organizationId_slug: { organizationId: ctx.organizationId, slug: slug ?? slugify(title) } },
    include: { document: { select: { sourceUrl: true } } },
  });
  if (slug) return found;
  return found && sourceUrl !== null && found.document.sourceUrl === sourceUrl ? found : null;
}
