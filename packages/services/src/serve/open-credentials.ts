import type { BoundCredential, Credential } from "@portico/upstream";
import type { Deps } from "../context.ts";
import { credentialContext } from "../server/credential.ts";

/** The upstream credentials of a server, in the clear, by security scheme, each with the origins it may be sent to. Held in memory only, and only by the gateway. */
export async function openCredentials(
  { db, vault }: Pick<Deps, "db" | "vault">,
  serverId: string,
): Promise<Record<string, BoundCredential>> {
  const rows = await db.credential.findMany({
    where: { serverId },
    select: { scheme: true, sealed: true, origins: true },
  });
  return Object.fromEntries(
    rows.map(({ scheme, sealed, origins }) => {
      const credential = JSON.parse(vault.open(sealed, credentialContext(serverId, scheme))) as Credential;
      return [scheme, { ...credential, origins }];
    }),
  );
}
