import type { BoundCredential } from "@portico/upstream";
import type { Deps } from "../context.ts";
import type { StoredCredential } from "../input.ts";
import { credentialContext } from "../server/credential.ts";

/** A credential as it is sent, or one that tokens are got with; each with the origins it may be used for. */
export type OpenCredential =
  | BoundCredential
  | (Extract<StoredCredential, { type: "clientCredentials" }> & { id: string; origins: readonly string[] });

/** The upstream credentials of a server, in the clear, by security scheme, each with the origins it may be sent to. Held in memory only, and only by the gateway. */
export async function openCredentials(
  { db, vault }: Pick<Deps, "db" | "vault">,
  serverId: string,
): Promise<Record<string, OpenCredential>> {
  const rows = await db.credential.findMany({
    where: { serverId },
    select: { id: true, scheme: true, sealed: true, origins: true },
  });
  return Object.fromEntries(
    rows.map(({ id, scheme, sealed, origins }) => {
      const credential = JSON.parse(vault.open(sealed, credentialContext(serverId, scheme))) as StoredCredential;
      return [
        scheme,
        credential.type === "clientCredentials" ? { ...credential, id, origins } : { ...credential, origins },
      ];
    }),
  );
}
