import { createModelProvider, listModelProviders, type NewModelProvider } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** Without keys. */
export const GET = rest(async ({ ctx }) => ({ items: await listModelProviders({ ctx }), nextCursor: null }));

/** `{kind: "openai" | "anthropic" | "google" | "compatible", name, model, apiKey?, baseUrl?}` */
export const POST = rest(async ({ ctx, body }) =>
  Response.json(await createModelProvider({ ctx, input: body as unknown as NewModelProvider }), {
    status: 201,
    headers: { "cache-control": "no-store" },
  }),
);
