import { findSignInAddresses, type RegisterCredentialInput } from "@portico/services";
import { discoverAuthorizationServer } from "@portico/upstream";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** Asks the API where people sign in: `{issuer?}`. Nothing is stored, and no client registered. */
export const POST = rest<{ id: string; scheme: string }>(async ({ ctx, params, body }) => {
  const { egress } = await runtime();
  const { issuer } = body as Pick<RegisterCredentialInput, "issuer">;
  const input = { serverId: params.id, scheme: params.scheme, issuer };
  return findSignInAddresses({ ctx, input }, (hints) => discoverAuthorizationServer(egress, hints));
});
