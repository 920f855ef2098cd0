import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit.ts";
import type { Call } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import { notFound } from "../error.ts";
import { credentialSchema, parseInput } from "../input.ts";
import { checkCredential, saveCredential } from "./credential.ts";
import { findServer } from "./find-server.ts";

const schema = z.object({ serverId: z.string(), scheme: z.string().min(1).max(256), credential: credentialSchema });

/** Stores what the upstream API wants for one security scheme. It takes effect on the next call and is never read back. */
export async function setCredential({ ctx, input }: Call<z.input<typeof schema>>): Promise<void> {
  authorize(ctx, "credential.write");
  const { serverId, scheme, credential } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const revision = await ctx.db.documentRevision.findUniqueOrThrow({
    where: { id: server.revisionId },
    select: { compiled: true },
  });
  checkCredential((await openCompiled(revision)).securitySchemes, scheme, credential);
  await ctx.db.$transaction(async (tx) => {
    await saveCredential(tx, ctx.vault, { organizationId: ctx.organizationId, serverId, scheme, credential });
    await audit(tx, ctx, "credential.set", serverId, { scheme, type: credential.type });
  });
  await ctx.state.publish("credentials-changed", serverId);
}

/** Forgets a stored credential. */
export async function removeCredential({ ctx, input }: Call<{ serverId: string; scheme: string }>): Promise<void> {
  authorize(ctx, "credential.write");
  await findServer(ctx, input.serverId);
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.credential.deleteMany({
      where: { serverId: input.serverId, scheme: input.scheme, organizationId: ctx.organizationId },
    });
    if (count === 0) throw notFound("credential");
    await audit(tx, ctx, "credential.remove", input.serverId, { scheme: input.scheme });
  });
  await ctx.state.publish("credentials-changed", input.serverId);
}
