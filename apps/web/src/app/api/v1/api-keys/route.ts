import { type CreateApiKeyInput, createApiKey, listApiKeys } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest(async ({ ctx }) => ({ items: await listApiKeys({ ctx }), nextCursor: null }));

/** `{name, scopes?, expiresInDays?}`; the answer has the key, this once. */
export const POST = rest(async ({ ctx, body }) =>
  Response.json(await createApiKey({ ctx, input: body as CreateApiKeyInput }), {
    status: 201,
    headers: { "cache-control": "no-store" },
  }),
);
