import { addKnownClient } from "@portico/auth";
import { newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";

const name = z.string().trim().min(1, "Give it a name.").max(100, "A name has 100 characters at most.");
const schema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("machine"), name }).strict(),
  z.object({ kind: z.literal("device"), name }).strict(),
  z
    .object({
      kind: z.literal("app"),
      name,
      redirectUris: z.array(z.string().trim().min(1)).min(1, "Name at least one redirect URI.").max(10),
      isConfidential: z.boolean().default(true),
    })
    .strict(),
]);

export interface NewOAuthClient {
  id: string;
  clientId: string;
  /** Seen this once; null for an app that can keep no secret. */
  clientSecret: string | null;
}

/**
 * Makes an OAuth client: an app that people sign in to with, a program in a terminal that they let in with a code, or a machine that
 * calls the organization's servers by its own secret.
 */
export async function createOAuthClient({ ctx, input }: Call<z.input<typeof schema>>): Promise<NewOAuthClient> {
  authorize(ctx, "apiKey.manage");
  const given = parseInput(schema, input);
  const id = newId("oauthClient");
  return ctx.db.$transaction(async (tx) => {
    const made = await addKnownClient({ db: tx, vault: ctx.vault }, given);
    if (!made.ok)
      throw new AppError("invalid_input", made.description, {
        issues: [{ field: "redirectUris", message: made.description.replace(/\.$/, "") }],
      });
    await tx.oAuthClient.create({
      data: {
        id,
        organizationId: ctx.organizationId,
        clientId: made.clientId,
        name: given.name,
        kind: given.kind,
        redirectUris: given.kind === "app" ? given.redirectUris : [],
        createdById: ctx.actor.type === "user" ? ctx.actor.id : null,
      },
    });
    await audit(tx, ctx, "oauthClient.create", id, { name: given.name, kind: given.kind });
    return { id, clientId: made.clientId, clientSecret: made.clientSecret ?? null };
  });
}
