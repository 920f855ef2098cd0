import { newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { parseInput } from "../input.ts";
import { findServer } from "../server/find-server.ts";
import { hashApiKey, newApiKey } from "./key.ts";
import { DEFAULT_SCOPES, scopesSchema } from "./scopes.ts";

const schema = z
  .object({
    name: z.string().trim().min(1, "give it a name").max(100),
    scopes: scopesSchema.optional(),
    expiresInDays: z.number().int().min(1).max(3_650).optional(),
    /** The only server that it may call; such a key can do nothing else. */
    serverId: z.string().optional(),
  })
  .refine(({ serverId, scopes }) => serverId === undefined || !scopes || scopes.join() === "call", {
    path: ["scopes"],
    message: 'a key of one server may only "call"',
  });
export type CreateApiKeyInput = z.input<typeof schema>;

/** Makes a key and returns it: the only time it is seen. */
export async function createApiKey({ ctx, input }: Call<CreateApiKeyInput>): Promise<{ id: string; key: string }> {
  authorize(ctx, "apiKey.manage");
  const { name, expiresInDays, ...given } = parseInput(schema, input);
  const server = given.serverId === undefined ? null : await findServer(ctx, given.serverId);
  const scopes = given.scopes ?? (server ? (["call"] as const) : DEFAULT_SCOPES);
  const [id, key] = [newId("apiKey"), newApiKey()];
  await ctx.db.$transaction(async (tx) => {
    await tx.apiKey.create({
      data: {
        id,
        organizationId: ctx.organizationId,
        name,
        scopes: [...scopes],
        serverId: server?.id ?? null,
        hash: hashApiKey(key),
        start: key.slice(0, 8),
        createdById: ctx.actor.type === "user" ? ctx.actor.id : null,
        expiresAt: expiresInDays ? new Date(Date.now() + expiresInDays * 86_400_000) : null,
      },
    });
    await audit(tx, ctx, "apiKey.create", id, {
      ...{ name, scopes: [...scopes] },
      ...(server ? { server: server.slug } : {}),
      ...(expiresInDays ? { expiresInDays } : {}),
    });
  });
  return { id, key };
}
