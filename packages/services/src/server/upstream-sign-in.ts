import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit.ts";
import type { Call, Ctx, Deps, Role } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput, type StoredCredential } from "../input.ts";
import { saveUpstreamToken } from "../serve/upstream-token.ts";
import { announceCredentials, credentialContext } from "./credential.ts";
import { findServer } from "./find-server.ts";

type AuthorizationCode = Extract<StoredCredential, { type: "authorizationCode" }>;

/** How long somebody may take to sign in at the API. */
const SIGN_IN_MS = 10 * 60_000;

/** Where the API sends people back to; its client has to be registered with this address. */
export function upstreamCallback({ publicUrl }: Pick<Deps, "publicUrl">): string {
  return `${publicUrl}/oauth/upstream/callback`;
}

/** What is remembered of a sign-in while the person is away. */
interface Pending {
  credentialId: string;
  userId: string;
  verifier: string;
}

const schema = z.object({ serverId: z.string(), scheme: z.string().min(1).max(256) });

/**
 * Begins a sign-in at the API with a stored client: gives the address that the person's browser is sent to. It counts for that person, once,
 * and for ten minutes (RFC 9700 §4.7; PKCE by RFC 7636, always S256).
 */
export async function beginUpstreamSignIn({ ctx, input }: Call<z.input<typeof schema>>): Promise<{ url: string }> {
  authorize(ctx, "credential.write");
  if (ctx.actor.type !== "user")
    throw new AppError("forbidden", "Only a person can sign in at an API. Do it in the dashboard.");
  const { serverId, scheme } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const row = await ctx.db.credential.findUnique({ where: { serverId_scheme: { serverId: server.id, scheme } } });
  if (row?.type !== "authorizationCode") throw notFound("credential");
  const credential = JSON.parse(ctx.vault.open(row.sealed, credentialContext(server.id, scheme))) as AuthorizationCode;
  const [state, verifier] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
  const pending: Pending = { credentialId: row.id, userId: ctx.actor.id, verifier };
  await ctx.state.set(keyOf(state), ctx.vault.seal(JSON.stringify(pending), keyOf(state)), SIGN_IN_MS);
  const url = new URL(credential.authorizationUrl);
  const params = {
    response_type: "code",
    client_id: credential.clientId,
    redirect_uri: upstreamCallback(ctx),
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...(credential.scopes?.length ? { scope: credential.scopes.join(" ") } : {}),
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return { url: url.href };
}

/** Redeems a code at the API's token endpoint. */
export type UpstreamExchange = (
  client: AuthorizationCode,
  code: { code: string; redirectUri: string; verifier: string },
) => Promise<
  { ok: true; token: string; expiresInSeconds: number; refreshToken?: string } | { ok: false; problem: string }
>;

/**
 * Ends a sign-in: the API has sent the person back. Refuses an answer that is not of a sign-in of this very person, that was given before, or
 * that came too late; then nothing is stored. Gives the server whose credential it is of.
 */
export async function endUpstreamSignIn(
  deps: Deps,
  { state, code, error, personId }: { state: string; code?: string; error?: string; personId: string },
  exchange: UpstreamExchange,
): Promise<{ slug: string; problem?: string }> {
  const key = keyOf(state);
  const sealed = await deps.state.get(key);
  const stale = new AppError("invalid_input", "This sign-in is not yours, was used, or took too long. Start it again.");
  if (!sealed) throw stale;
  const pending = JSON.parse(deps.vault.open(sealed, key)) as Pending;
  if (pending.userId !== personId || !(await deps.state.setIfAbsent(`${key}:used`, "1", SIGN_IN_MS))) throw stale;
  await deps.state.delete(key);
  const row = await deps.db.credential.findUnique({ where: { id: pending.credentialId }, include: { server: true } });
  if (row?.type !== "authorizationCode") throw stale;
  const ctx = await actAs(deps, personId, row.organizationId);
  authorize(ctx, "credential.write");
  const { slug } = row.server;
  if (!code) return { slug, problem: error === "access_denied" ? "You said no." : "The API did not let you in." };
  const client = JSON.parse(
    deps.vault.open(row.sealed, credentialContext(row.serverId, row.scheme)),
  ) as AuthorizationCode;
  const got = await exchange(client, { code, redirectUri: upstreamCallback(deps), verifier: pending.verifier });
  if (!got.ok) return { slug, problem: got.problem };
  const expiresAt = new Date(Date.now() + got.expiresInSeconds * 1_000);
  await saveUpstreamToken(deps, row, { token: got.token, expiresAt, refreshToken: got.refreshToken });
  await deps.db.$transaction(async (tx) => {
    await tx.credential.update({
      where: { id: row.id },
      data: { connectedById: personId, connectedAt: new Date() },
    });
    await audit(tx, ctx, "credential.connect", row.serverId, { scheme: row.scheme });
  });
  await announceCredentials(deps, row.serverId);
  return { slug };
}

/** The person as a member of an organization; refused when they have left it meanwhile. */
async function actAs(deps: Deps, userId: string, organizationId: string): Promise<Ctx> {
  const member = await deps.db.member.findUnique({
    where: { organizationId_userId: { organizationId, userId } },
    select: { role: true },
  });
  if (!member) throw notFound("credential");
  return { ...deps, organizationId, actor: { type: "user", id: userId, role: member.role as Role } };
}

/** A state is a credential of its browser: only its hash is kept. */
function keyOf(state: string): string {
  return `upstream-sign-in:${createHash("sha256").update(state).digest("base64url")}`;
}
