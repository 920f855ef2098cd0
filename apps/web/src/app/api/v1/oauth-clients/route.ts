import { createOAuthClient, listOAuthClients } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest(async ({ ctx }) => ({ items: await listOAuthClients({ ctx }), nextCursor: null }));

/** `{kind: "machine", name}`, `{kind: "device", name}` or `{kind: "app", name, redirectUris, isConfidential?}`; the answer has the secret, this once. */
export const POST = rest(async ({ ctx, body }) =>
  Response.json(await createOAuthClient({ ctx, input: body as Parameters<typeof createOAuthClient>[0]["input"] }), {
    status: 201,
    headers: { "cache-control": "no-store" },
  }),
);
