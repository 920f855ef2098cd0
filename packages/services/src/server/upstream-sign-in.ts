import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import { actIn, type Call, type Ctx, type Deps, type Role } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { keepOwnSignIn } from "../profile/own-sign-in.ts";
import { saveUpstreamToken } from "../serve/upstream-token.ts";
import { announceCredentials } from "./credential.ts";
import { findServer } from "./find-server.ts";
import {
  type ClientRow,
  openClient,
  type PersonAtBrowser,
  type SignInBack,
  type SignInClient,
  startSignIn,
  takePending,
  type UpstreamAnswer,
  upstreamCallback,
} from "./sign-in-request.ts";

const schema = z.object({ serverId: z.string(), scheme: z.string().min(1).max(256), sessionId: z.string().min(1) });

/** Begins a sign-in at the API with a stored client, for an account that every call will use: gives the address to send the browser to. */
export async function beginUpstreamSignIn({ ctx, input }: Call<z.input<typeof schema>>): Promise<{ url: string }> {
  authorize(ctx, "credential.write");
  if (ctx.actor.type !== "user")
    throw new AppError("forbidden", "Only a person can sign in at an API. Do it in the dashboard.");
  const { serverId, scheme, sessionId } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const row = await ctx.db.credential.findUnique({ where: { serverId_scheme: { serverId: server.id, scheme } } });
  if (row?.type !== "authorizationCode") throw notFound("credential");
  const person = { id: ctx.actor.id, sessionId };
  const back = { page: "credentials" as const, slug: server.slug };
  return { url: await startSignIn(ctx, row, { person, scopes: openClient(ctx.vault, row).scopes ?? [], back }) };
}

/** Redeems a code at the API's token endpoint. */
export type UpstreamExchange = (
  client: SignInClient,
  code: { code: string; redirectUri: string; verifier: string },
) => Promise<
  { ok: true; token: string; expiresInSeconds: number; refreshToken?: string } | { ok: false; problem: string }
>;

/** `outcome` is for the page that they come back to; `problem` for the log. */
export interface EndedSignIn {
  back: SignInBack;
  outcome: "connected" | "declined" | "failed";
  problem?: string;
}

/**
 * Ends a sign-in: the API has sent the person back. Refuses an answer that is not of a sign-in of this very person in this very browser
 * session, that was given before, that came too late, that another authorization server gave, or whose client was changed meanwhile; then
 * nothing is stored.
 */
export async function endUpstreamSignIn(
  deps: Deps & { ip?: string },
  { person, ...answer }: UpstreamAnswer & { person: PersonAtBrowser },
  exchange: UpstreamExchange,
): Promise<EndedSignIn> {
  const { pending, row, client } = await takePending(deps, answer, person);
  const { back } = pending;
  const keep = back.page === "credentials" ? await mayKeepForAll(deps, row, person.id) : null;
  if (!answer.code)
    return answer.error === "access_denied"
      ? { back, outcome: "declined" }
      : { back, outcome: "failed", problem: "The API did not let the person in." };
  const redirectUri = upstreamCallback(deps, row.organizationId);
  const got = await exchange(client, { code: answer.code, redirectUri, verifier: pending.verifier });
  if (!got.ok) return { back, outcome: "failed", problem: got.problem };
  const { token, refreshToken } = got;
  const tokens = { token, refreshToken, expiresAt: new Date(Date.now() + got.expiresInSeconds * 1_000) };
  if (keep) await keep(tokens);
  else await keepOwnSignIn(deps, row, { userId: person.id, scopes: pending.scopes, tokens });
  return { back, outcome: "connected" };
}

type Tokens = Parameters<typeof saveUpstreamToken>[2];

/** How the tokens of an account that every call uses are kept; refused to whoever may no longer set credentials. */
async function mayKeepForAll(deps: Deps & { ip?: string }, row: ClientRow, personId: string) {
  const ctx = await actAs(deps, personId, row.organizationId);
  authorize(ctx, "credential.write");
  return async (tokens: Tokens) => {
    await saveUpstreamToken(deps, { kind: "credential", id: row.id, setAt: row.setAt }, tokens);
    await deps.db.$transaction(async (tx) => {
      await tx.credential.update({
        where: { id: row.id },
        data: { connectedById: personId, connectedAt: new Date() },
      });
      await audit(tx, ctx, "credential.connect", row.serverId, { scheme: row.scheme });
    });
    await announceCredentials(deps, row.serverId);
  };
}

/** The person as a member of an organization; refused when they have left it meanwhile. */
async function actAs(deps: Deps & { ip?: string }, userId: string, organizationId: string): Promise<Ctx> {
  const member = await deps.db.member.findUnique({
    where: { organizationId_userId: { organizationId, userId } },
    select: { role: true },
  });
  if (!member) throw notFound("credential");
  return actIn(deps, { organizationId, actor: { type: "user", id: userId, role: member.role as Role } });
}
