import { type RegisterCredentialInput, registerCredential } from "@portico/services";
import { discoverAuthorizationServer, registerClient } from "@portico/upstream";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

export const POST = rest<{ id: string; scheme: string }>(async ({ ctx, params, body }) => {
  const { egress } = await runtime();
  const { issuer, scopes } = body as Pick<RegisterCredentialInput, "issuer" | "scopes">;
  const input = { serverId: params.id, scheme: params.scheme, issuer, scopes };
  return registerCredential(
    { ctx, input },
    (hints) => discoverAuthorizationServer(egress, hints),
    (metadata, client) => registerClient(egress, metadata, client),
  );
});
