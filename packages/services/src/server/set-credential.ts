import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { checkReference } from "../environment.ts";
import { notFound } from "../error.ts";
import { credentialSchema, parseInput } from "../input.ts";
import { findEnding, giveBack } from "../profile/ended-sign-ins.ts";
import { loadVersion } from "../serve/load-version.ts";
import { announceCredentials, checkCredential, originsOf, saveCredential, servedTools } from "./credential.ts";
import { openDocuments, placesOf } from "./documents.ts";
import { findServer } from "./find-server.ts";

const schema = z.object({ serverId: z.string(), scheme: z.string().min(1).max(256), credential: credentialSchema });

/**
 * Stores what the upstream API wants for one security scheme. It takes effect on the next call and is never read back. It is bound to
 * where the server's tools call now, as they are served and as they are drafted: nobody who changes an address later gets it sent there.
 */
export async function setCredential({ ctx, input }: Call<z.input<typeof schema>>): Promise<void> {
  authorize(ctx, "credential.write");
  const { serverId: idOrSlug, scheme, credential: given } = parseInput(schema, input);
  const server = await findServer(ctx, idOrSlug);
  const [compiled, served] = await Promise.all([
    openDocuments(ctx, server.documents),
    server.publishedVersionId ? loadVersion(ctx, server.publishedVersionId) : null,
  ]);
  const schemes = [...compiled.securitySchemes, ...(served?.manifest.securitySchemes ?? [])];
  const credential = checkCredential(schemes, scheme, given);
  if (credential.type === "environment") await checkReference(ctx, credential, "name");
  const draft = { tools: compiled.tools, places: placesOf(server.documents) };
  const called = [draft, ...(served ? [servedTools(served.manifest)] : [])];
  const origins = [...new Set(called.flatMap((tools) => originsOf(scheme, tools)))];
  const { organizationId } = ctx;
  const ended = await ctx.db.$transaction(async (tx) => {
    const ended = await findEnding(tx, ctx.vault, { organizationId, serverId: server.id, scheme });
    await saveCredential(tx, ctx.vault, { organizationId, serverId: server.id, scheme, credential, origins });
    await audit(tx, ctx, "credential.set", server.id, { scheme, type: credential.type, origins });
    return ended;
  });
  await giveBack(ctx, ended);
  await announceCredentials(ctx, server.id);
}

/** Forgets a stored credential. What was signed in with it at the API is given back. */
export async function removeCredential({ ctx, input }: Call<{ serverId: string; scheme: string }>): Promise<void> {
  authorize(ctx, "credential.write");
  const server = await findServer(ctx, input.serverId);
  const { organizationId } = ctx;
  const ended = await ctx.db.$transaction(async (tx) => {
    const where = { organizationId, serverId: server.id, scheme: input.scheme };
    const ended = await findEnding(tx, ctx.vault, where);
    const { count } = await tx.credential.deleteMany({ where });
    if (count === 0) throw notFound("credential");
    await audit(tx, ctx, "credential.remove", server.id, { scheme: input.scheme });
    return ended;
  });
  await giveBack(ctx, ended);
  await announceCredentials(ctx, server.id);
}
