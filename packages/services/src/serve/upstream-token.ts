import type { Deps } from "../context.ts";
import { refreshContext, tokenContext } from "../server/credential.ts";

/** A token that an API gave. */
export interface UpstreamToken {
  token: string;
  expiresAt: Date;
  /** What the next one is got with; absent: the one that is stored stays. */
  refreshToken?: string | undefined;
}

/**
 * Whose a token is. Of a credential, which every call uses: its row, and which of the values it has had. Of one person at the API, whom
 * it is bound to: their row alone, which a new sign-in replaces. What came for an earlier one is not kept.
 */
export type TokenOwner = { kind: "credential"; id: string; setAt: Date } | GrantOwner;

export type GrantOwner = { kind: "grant"; id: string; credentialId: string; userId: string };

type Known = Pick<Deps, "db" | "vault">;

/** The last token that any process got for its owner; null when there is none. */
export async function readUpstreamToken(deps: Known, owner: TokenOwner): Promise<UpstreamToken | null> {
  const row = await readRow(deps, owner);
  if (!row?.token || !row.tokenExpiresAt) return null;
  return { token: deps.vault.open(row.token, tokenContext(owner)), expiresAt: row.tokenExpiresAt };
}

/** Keeps a token, sealed and bound to its row, and takes back what was wrong. */
export async function saveUpstreamToken(
  { db, vault }: Known,
  owner: TokenOwner,
  { token, expiresAt, refreshToken }: UpstreamToken,
): Promise<void> {
  const data = {
    token: vault.seal(token, tokenContext(owner)),
    tokenExpiresAt: expiresAt,
    problem: null,
    ...(refreshToken === undefined ? {} : { refreshToken: vault.seal(refreshToken, refreshContext(owner)) }),
  };
  if (owner.kind === "grant") await db.upstreamGrant.updateMany({ where: whereOf(owner), data });
  else await db.credential.updateMany({ where: { id: owner.id, setAt: owner.setAt }, data });
}

/** What a new token is got with, once somebody has signed in at the API; null before, and after it has been refused. */
export async function readRefreshToken(deps: Known, owner: TokenOwner): Promise<string | null> {
  const row = await readRow(deps, owner);
  // A person's sign-in that the API has ended is asked for by nobody but the person.
  if (!row?.refreshToken || (owner.kind === "grant" && row.problem !== null)) return null;
  return deps.vault.open(row.refreshToken, refreshContext(owner));
}

/** Says on a credential that it needs attention, or to a person that they have to sign in again; in words without a secret. */
export async function noteTokenProblem(
  { db, state }: Pick<Deps, "db" | "state">,
  owner: TokenOwner,
  problem: string,
): Promise<void> {
  if (owner.kind === "credential") {
    await db.credential.updateMany({ where: { id: owner.id, setAt: owner.setAt }, data: { problem } });
    return;
  }
  await db.upstreamGrant.updateMany({ where: whereOf(owner), data: { problem } });
  await state.publish("access-changed", `user:${owner.userId}`);
}

/** Says on a credential that the API refuses the client itself, which nobody mends by signing in again. */
export async function noteClientProblem(
  { db }: Pick<Deps, "db">,
  { id, credentialId, userId }: GrantOwner,
  problem: string,
): Promise<void> {
  const where = { id: credentialId, grants: { some: { id, userId } } };
  await db.credential.updateMany({ where, data: { problem } });
}

function readRow({ db }: Pick<Deps, "db">, owner: TokenOwner) {
  const select = { token: true, tokenExpiresAt: true, refreshToken: true, problem: true };
  return owner.kind === "grant"
    ? db.upstreamGrant.findFirst({ where: whereOf(owner), select })
    : db.credential.findUnique({ where: { id: owner.id }, select });
}

/** All that a person's row is bound to: an id alone finds nobody's. */
function whereOf({ id, credentialId, userId }: GrantOwner) {
  return { id, credentialId, userId };
}
