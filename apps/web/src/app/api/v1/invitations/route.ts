import { type CreateInvitationInput, createInvitation, listInvitations } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** Invitations that were neither accepted nor revoked. */
export const GET = rest(async ({ ctx }) => ({ items: await listInvitations({ ctx }), nextCursor: null }));
export const POST = rest(async ({ ctx, body }) =>
  Response.json(await createInvitation({ ctx, input: body as CreateInvitationInput }), {
    status: 201,
    headers: { "cache-control": "no-store" },
  }),
);
