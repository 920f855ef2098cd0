import type { Tx, Vault } from "@portico/db";
import type { Deps } from "../context.ts";
import { refreshContext } from "../server/credential.ts";
import { openClient, type SignInClient } from "../server/sign-in-request.ts";

/** What somebody got at an API by signing in there, and has no more: gone here, whatever becomes of it there. */
export interface EndedSignIn {
  client: SignInClient;
  refreshToken: string;
}

/** Whose: one person's own, or with no person all of a client's, that of the server itself included. */
export interface Ending {
  organizationId: string;
  userId?: string;
  /** Of one server, and there of one security scheme; otherwise of all. */
  serverId?: string;
  scheme?: string;
}

const CONTEXT = "ended-sign-in";

/** What a change ends that is about to delete these sign-ins; asked in its transaction, before. What does not open any more is left out. */
export async function findEnding(
  tx: Pick<Tx, "credential">,
  vault: Vault,
  { organizationId, userId, serverId, scheme }: Ending,
): Promise<EndedSignIn[]> {
  const rows = await tx.credential.findMany({
    where: {
      ...{ organizationId, type: "authorizationCode" },
      ...(serverId === undefined ? {} : { serverId }),
      ...(scheme === undefined ? {} : { scheme }),
      ...(userId === undefined ? {} : { grants: { some: { userId } } }),
    },
    select: {
      ...{
        id: true,
        organizationId: true,
        serverId: true,
        scheme: true,
        sealed: true,
        setAt: true,
        refreshToken: true,
      },
      grants: {
        where: userId === undefined ? {} : { userId },
        select: { id: true, userId: true, refreshToken: true },
      },
    },
  });
  return rows.flatMap((row) => {
    const own = { kind: "credential" as const, id: row.id, setAt: row.setAt };
    const held = [
      ...(userId === undefined ? [{ owner: own, sealed: row.refreshToken }] : []),
      ...row.grants.map(({ id, userId, refreshToken }) => ({
        owner: { kind: "grant" as const, id, credentialId: row.id, userId },
        sealed: refreshToken,
      })),
    ];
    return held.flatMap(({ owner, sealed }): EndedSignIn[] => {
      if (sealed === null) return [];
      try {
        return [{ client: openClient(vault, row), refreshToken: vault.open(sealed, refreshContext(owner)) }];
      } catch {
        return [];
      }
    });
  });
}

/**
 * Has the worker give ended sign-ins back to their APIs (RFC 7009), once the change is written. Nothing waits for it, and nothing is undone when
 * the queue is away: the sign-ins are gone here.
 */
export async function giveBack(
  { jobs, vault }: Pick<Deps, "jobs" | "vault">,
  ended: readonly EndedSignIn[],
): Promise<void> {
  const sealed = ended.map((one) => vault.seal(JSON.stringify(one), CONTEXT));
  await Promise.allSettled(sealed.map((one) => jobs.enqueue("endedSignIns", { sealed: one })));
}

/** What the queue holds. Throws where it was sealed with a key that is no longer known. */
export function openEndedSignIn(vault: Pick<Vault, "open">, sealed: string): EndedSignIn {
  return JSON.parse(vault.open(sealed, CONTEXT)) as EndedSignIn;
}
