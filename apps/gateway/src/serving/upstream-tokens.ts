import {
  type Deps,
  type ExchangedCredential,
  noteCredentialProblem,
  type OpenCredential,
  readRefreshToken,
  readUpstreamToken,
  saveUpstreamToken,
} from "@portico/services";
import type { BoundCredential, TokenGrant, TokenOutcome } from "@portico/upstream";

/** A token is replaced this long before it ends, or when a fifth of its time is left. */
const AHEAD_MS = 60_000;
const AHEAD_SHARE = 0.2;
/** One process asks; the others wait for what it gets, and ask themselves when it got nothing in this time. */
const LOCK_MS = 20_000;
const WAIT_MS = 100;
/** An API that refuses the client is not asked again before. */
const REFUSED_MS = 30_000;

/** There is nothing to get a token with. */
const NOBODY: TokenOutcome = {
  ok: false,
  problem: "Nobody is signed in at the API, or the sign-in has ended.",
  isFinal: true,
};

type Known = { token: string; renewAt: number; endsAt: number } | { problem: string; until: number };

/** Credentials as they are sent, or why one of them cannot be. */
export type Resolved =
  | { ok: true; credentials: Record<string, BoundCredential>; tokens: { id: string; token: string }[] }
  | { ok: false; scheme: string; problem: string };

/**
 * Tokens of credentials that are exchanged for them: got once for all calls and all processes, renewed ahead of their end, and shared through
 * the database. What a process was told to forget it does not send again.
 */
export function createUpstreamTokens(
  deps: Pick<Deps, "db" | "vault" | "state">,
  ask: (credential: ExchangedCredential, grant: TokenGrant) => Promise<TokenOutcome>,
  onError: (error: unknown) => void,
) {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Known>>();

  function keep(id: string, token: string, endsAt: number): Known {
    const now = Date.now();
    const renewAt = endsAt - Math.min(AHEAD_MS, (endsAt - now) * AHEAD_SHARE);
    const kept = { token, renewAt, endsAt };
    known.set(id, kept);
    return kept;
  }

  async function renew(credential: ExchangedCredential, old?: string): Promise<Known> {
    const { id } = credential;
    while (!(await deps.state.setIfAbsent(`upstream-token:${id}`, "1", LOCK_MS)))
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    try {
      // Whoever had the lock before may have left what we came for.
      const shared = await readUpstreamToken(deps, id);
      const left = shared ? shared.expiresAt.getTime() - Date.now() : 0;
      if (shared && shared.token !== old && left > 0) return keep(id, shared.token, shared.expiresAt.getTime());
      const grant = await grantOf(credential);
      const outcome: TokenOutcome = grant ? await ask(credential, grant) : NOBODY;
      if (!outcome.ok) {
        await noteCredentialProblem(deps, credential, outcome.problem);
        const refused = { problem: outcome.problem, until: Date.now() + (outcome.isFinal ? REFUSED_MS : 0) };
        known.set(id, refused);
        return refused;
      }
      const endsAt = Date.now() + outcome.expiresInSeconds * 1_000;
      const { token, refreshToken } = outcome;
      await saveUpstreamToken(deps, credential, { token, refreshToken, expiresAt: new Date(endsAt) });
      return keep(id, outcome.token, endsAt);
    } finally {
      await deps.state.delete(`upstream-token:${id}`).catch(onError);
    }
  }

  async function grantOf(credential: ExchangedCredential): Promise<TokenGrant | undefined> {
    if (credential.type === "clientCredentials") return { type: "client_credentials", scopes: credential.scopes };
    const refreshToken = await readRefreshToken(deps, credential.id);
    return refreshToken === null ? undefined : { type: "refresh_token", refreshToken };
  }

  function renewOnce(credential: ExchangedCredential, old?: string): Promise<Known> {
    const { id } = credential;
    const underway = asking.get(id) ?? renew(credential, old).finally(() => asking.delete(id));
    asking.set(id, underway);
    return underway;
  }

  async function tokenOf(credential: ExchangedCredential): Promise<Known> {
    const have = known.get(credential.id);
    const now = Date.now();
    if (have && "token" in have && now < have.endsAt) {
      // What is still good is used while the next one is on its way.
      if (now >= have.renewAt) renewOnce(credential, have.token).catch(onError);
      return have;
    }
    if (have && "problem" in have && now < have.until) return have;
    return renewOnce(credential, have && "token" in have ? have.token : undefined);
  }

  return {
    /** Puts tokens in the place of what they are got with. Where there is nothing to exchange, nothing is waited for. */
    async resolve(opened: Record<string, OpenCredential>): Promise<Resolved> {
      const credentials: Record<string, BoundCredential> = {};
      const tokens: { id: string; token: string }[] = [];
      for (const scheme of Object.keys(opened)) {
        const credential = opened[scheme] as OpenCredential;
        if (!("tokenUrl" in credential)) {
          credentials[scheme] = credential;
          continue;
        }
        const got = await tokenOf(credential);
        if ("problem" in got) return { ok: false, scheme, problem: got.problem };
        tokens.push({ id: credential.id, token: got.token });
        credentials[scheme] = { type: "bearer", token: got.token, origins: credential.origins };
      }
      return { ok: true, credentials, tokens };
    },
    /** An API has refused these tokens: they are not sent again. True when others may be got. */
    refuse(tokens: { id: string; token: string }[]): boolean {
      for (const { id, token } of tokens) {
        const have = known.get(id);
        // Ended, but kept to tell it from the next one.
        if (have && "token" in have && have.token === token) known.set(id, { ...have, renewAt: 0, endsAt: 0 });
      }
      return tokens.length > 0;
    },
    /** A credential was changed: what was got with the one before is no longer its. */
    forget(): void {
      known.clear();
    },
  };
}

export type UpstreamTokens = ReturnType<typeof createUpstreamTokens>;
