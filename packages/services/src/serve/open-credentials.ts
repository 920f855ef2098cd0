import type { Credential } from "@portico/upstream";
import type { Deps } from "../context.ts";
import { credentialContext } from "../server/credential.ts";

/** The upstream credentials of a server, in the clear, by security scheme. Held in memory only, and only by the gateway. */
export async function openCredentials(
  { db, vault }: Pick<Deps, "db" | "vault">,
  serverId: string,
): Promise<Record<string, Credential>> {
  const rows = await db.credential.findMany({ where: { serverId }, select: { scheme: true, sealed: true } });
  return Object.fromEntries(
    rows.map(({ scheme, sealed }) => [
      scheme,
      JSON.parse(vault.open(sealed, credentialContext(serverId, scheme))) as Credential,
    ]),
  );
}
