import { newId, type Vault } from "@portico/db";
import { audit } from "../audit/audit.ts";
import type { Deps, Role } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import type { GrantOwner, TokenOwner, UpstreamToken } from "../serve/upstream-token.ts";
import { refreshContext, tokenContext } from "../server/credential.ts";
import {
  type ClientRow,
  openClient,
  type PersonAtBrowser,
  type SignInBack,
  startSignIn,
} from "../server/sign-in-request.ts";
import { findAccess, type Visibility } from "../server-access/find-access.ts";
import type { ToolGrant } from "../server-access/tool-grant.ts";
import { findProfileFor } from "./find-profile.ts";

/** A person's own sign-in at an API, as the person sees it. */
export interface OwnSignIn {
  /** Where they sign in: "accounts.example.com". */
  host: string;
  /** Why they have to do it again; null while all is well, and before the first time. */
  problem: string | null;
  /** What the API has asked for since. */
  missingScopes: string[];
}

/** A server's client that each person signs in with, and what this person got with it. */
export interface SignInRow extends ClientRow {
  grant: { id: string; scopes: string[]; missingScopes: string[]; problem: string | null; createdAt: Date } | null;
}

/** The clients of a server that people sign in with, by security scheme, each with what one person got. A machine has no `userId`. */
export async function findSignIns(
  { db }: Pick<Deps, "db">,
  { serverId, userId }: { serverId: string; userId: string | null },
): Promise<Map<string, SignInRow>> {
  const rows = await db.credential.findMany({
    where: { serverId, type: "authorizationCode" },
    select: {
      ...{ id: true, organizationId: true, serverId: true, scheme: true, sealed: true, setAt: true },
      grants: {
        where: { userId: userId ?? "" },
        select: { id: true, scopes: true, missingScopes: true, problem: true, createdAt: true },
      },
    },
  });
  return new Map(rows.map(({ grants, ...row }) => [row.scheme, { ...row, grant: grants[0] ?? null }]));
}

export function toOwnSignIn(vault: Pick<Vault, "open">, row: SignInRow): OwnSignIn {
  return {
    host: new URL(openClient(vault, row).authorizationUrl).host,
    problem: row.grant?.problem ?? null,
    missingScopes: row.grant?.missingScopes ?? [],
  };
}

/** The security scheme of a field that a credential fills; undefined for any other field. */
export function schemeOf(field: string): string | undefined {
  return field.startsWith("credential:") ? field.slice("credential:".length) : undefined;
}

/**
 * Begins a person's sign-in with an account of their own at the API, for a field that their profile leaves to them: gives the address to
 * send their browser to. It asks for all that the API has missed since the last one. The caller has made sure that they may use the server.
 */
export async function beginOwnSignIn(
  deps: Deps,
  {
    serverId,
    profileId,
    field,
    person,
    back,
  }: { serverId: string; profileId: string; field: string; person: PersonAtBrowser; back: SignInBack },
): Promise<{ url: string }> {
  const profile = await findProfileFor(deps, { serverId, profileId, userId: person.id });
  if (profile?.id !== profileId) throw notFound("profile");
  const row = (await findSignIns(deps, { serverId, userId: person.id })).get(schemeOf(field) ?? "");
  if (!row || !profile.ownFields.includes(field))
    throw new AppError("precondition_failed", "This profile asks for no sign-in there any more. Reload the page.");
  const { grant } = row;
  const asked = [
    ...(openClient(deps.vault, row).scopes ?? []),
    ...(grant?.scopes ?? []),
    ...(grant?.missingScopes ?? []),
  ];
  return { url: await startSignIn(deps, row, { person, scopes: [...new Set(asked)], back }) };
}

/**
 * Keeps what a person got at the API, for their own calls alone: sealed, and bound to the row, the client and the person. An earlier sign-in
 * of theirs is replaced. Nothing is kept for a client that was changed meanwhile, nor for who may no longer use the server.
 */
export async function keepOwnSignIn(
  deps: Deps & { ip?: string },
  { id: credentialId, organizationId, serverId, scheme, setAt }: ClientRow,
  { userId, scopes, tokens }: { userId: string; scopes: string[]; tokens: UpstreamToken },
): Promise<void> {
  const id = newId("upstreamGrant");
  const owner: TokenOwner = { kind: "grant", id, credentialId, userId };
  const { token, expiresAt, refreshToken } = tokens;
  const ctx = await asPerson(deps, organizationId, userId);
  await deps.db.$transaction(async (tx) => {
    // Holds the client as it is until this is written; whoever changes it afterwards finds the row, and removes it.
    const { count } = await tx.credential.updateMany({
      where: { id: credentialId, setAt },
      data: { updatedAt: new Date() },
    });
    if (count === 0) throw new AppError("precondition_failed", "The client was changed meanwhile. Sign in again.");
    await tx.upstreamGrant.deleteMany({ where: { credentialId, userId } });
    await tx.upstreamGrant.create({
      data: {
        ...{ id, organizationId, credentialId, userId, scopes, missingScopes: [] },
        token: deps.vault.seal(token, tokenContext(owner)),
        tokenExpiresAt: expiresAt,
        refreshToken: refreshToken === undefined ? null : deps.vault.seal(refreshToken, refreshContext(owner)),
      },
    });
    await audit(tx, ctx, "profile.signIn", serverId, { scheme });
  });
  // Asked afterwards: who left before this row was there is seen here, and leaving later removes it.
  const server = await deps.db.server.findUnique({
    where: { id: serverId },
    select: { id: true, organizationId: true, visibility: true, everybodyTools: true },
  });
  const isLet =
    server &&
    (await findAccess(
      deps,
      {
        ...server,
        visibility: server.visibility as Visibility,
        everybodyTools: server.everybodyTools as ToolGrant,
      },
      userId,
    ));
  if (!isLet) {
    await deps.db.upstreamGrant.deleteMany({ where: { id } });
    throw notFound("server");
  }
  await deps.state.publish("access-changed", `user:${userId}`);
}

/** Remembers what an API wants a person to allow before it does what they called; their next sign-in asks for it too. */
export async function noteMissingScopes(
  { db, state }: Pick<Deps, "db" | "state">,
  { id, credentialId, userId }: GrantOwner,
  scopes: readonly string[],
): Promise<void> {
  const where = { id, credentialId, userId };
  const row = await db.upstreamGrant.findFirst({ where, select: { missingScopes: true } });
  const missingScopes = [...new Set([...(row?.missingScopes ?? []), ...scopes])];
  if (!row || missingScopes.length === row.missingScopes.length) return;
  await db.upstreamGrant.updateMany({ where, data: { missingScopes } });
  await state.publish("access-changed", `user:${userId}`);
}

/** The person in an organization, for its audit log; a guest of it acts as somebody with the least rights. */
export async function asPerson<Known extends Pick<Deps, "db">>(deps: Known, organizationId: string, userId: string) {
  const member = await deps.db.member.findUnique({
    where: { organizationId_userId: { organizationId, userId } },
    select: { role: true },
  });
  const actor = { type: "user" as const, id: userId, role: (member?.role ?? "member") as Role };
  return { ...deps, organizationId, actor };
}
