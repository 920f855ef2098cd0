import type { BoundCredential } from "@portico/upstream";
import type { Deps } from "../context.ts";
import { environmentOf } from "../environment.ts";
import type { StoredCredential } from "../input.ts";
import { credentialContext, type KeptCredential, resolveReference } from "../server/credential.ts";
import type { TokenOwner } from "./upstream-token.ts";

/** A credential as it is sent, or one that tokens are got with; each with the origins it may be used for. */
export type OpenCredential = BoundCredential | ExchangedCredential;

/** What tokens are got with. */
export type ExchangedCredential = Extract<StoredCredential, { type: "clientCredentials" | "authorizationCode" }> & {
  /** Whose the tokens are: everybody's, or one person's who has signed in at the API. */
  owner: TokenOwner;
  origins: readonly string[];
};

/**
 * The upstream credentials of a server, in the clear, by security scheme, each with the origins it may be sent to. Held in memory only, and only
 * by the gateway. Without those that the environment has nothing for.
 */
export async function openCredentials(
  { db, vault, environment: values }: Pick<Deps, "db" | "vault" | "environment">,
  serverId: string,
): Promise<Record<string, OpenCredential>> {
  const rows = await db.credential.findMany({
    where: { serverId },
    select: { id: true, organizationId: true, setAt: true, scheme: true, type: true, sealed: true, origins: true },
  });
  const referring = rows.find(({ type }) => type === "environment");
  const environment = await environmentOf({ db, environment: values }, referring?.organizationId);
  return Object.fromEntries(
    rows.flatMap(({ id, setAt, scheme, sealed, origins }) => {
      const stored = JSON.parse(vault.open(sealed, credentialContext(serverId, scheme))) as KeptCredential;
      const credential = resolveReference(stored, environment);
      if (!credential) return [];
      const owner = { kind: "credential" as const, id, setAt };
      return [[scheme, "tokenUrl" in credential ? { ...credential, owner, origins } : { ...credential, origins }]];
    }),
  );
}
