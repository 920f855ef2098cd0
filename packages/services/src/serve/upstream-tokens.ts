import type { BoundCredential, TokenGrant, TokenOutcome } from "@portico/upstream";
import { LRUCache } from "lru-cache";
import type { Deps } from "../context.ts";
import { noteMissingScopes } from "../profile/own-sign-in.ts";
import type { ExchangedCredential, OpenCredential } from "./open-credentials.ts";
import {
  type GrantOwner,
  noteClientProblem,
  noteTokenProblem,
  readRefreshToken,
  readUpstreamToken,
  saveUpstreamToken,
  type TokenOwner,
} from "./upstream-token.ts";

/** A token is replaced this long before it ends, or when a fifth of its time is left. */
const AHEAD_MS = 60_000;
const AHEAD_SHARE = 0.2;
/** One process asks; the others wait for what it gets, and ask themselves when it got nothing in this time. */
const LOCK_MS = 20_000;
const WAIT_MS = 100;
/** An API that refuses the client is not asked again before. */
const REFUSED_MS = 30_000;

/** Owners of tokens that a process remembers: every server's, and every person's who has signed in at an API. */
const KNOWN_MAX = 50_000;

/** There is nothing to get a token with. */
const NOBODY: TokenOutcome = {
  ok: false,
  problem: "Nobody is signed in at the API, or the sign-in has ended.",
  isFinal: true,
  error: "invalid_grant",
};

/** `isOver`: the person whose sign-in it was has to sign in again. */
type Refused = { problem: string; until: number; isOver: boolean };
type Known = { token: string; renewAt: number; endsAt: number } | Refused;

/** A token that a call was made with, and whose it is. */
export interface SentToken {
  owner: TokenOwner;
  scheme: string;
  token: string;
}

/** Credentials as they are sent, or why one of them cannot be. */
export type Resolved =
  | { ok: true; credentials: Record<string, BoundCredential>; tokens: SentToken[] }
  | ({ ok: false; scheme: string; owner: TokenOwner } & Pick<Refused, "problem" | "isOver">);

/**
 * Tokens of credentials that are exchanged for them: got once for all calls and all processes, renewed ahead of their end, and shared through
 * the database. What a process was told to forget it does not send again.
 */
export function createUpstreamTokens(
  deps: Pick<Deps, "db" | "vault" | "state">,
  ask: (credential: ExchangedCredential, grant: TokenGrant) => Promise<TokenOutcome>,
  onError: (error: unknown) => void,
) {
  const known = new LRUCache<string, Known>({ max: KNOWN_MAX });
  const asking = new Map<string, Promise<Known>>();

  function keep(id: string, token: string, endsAt: number): Known {
    const now = Date.now();
    const renewAt = endsAt - Math.min(AHEAD_MS, (endsAt - now) * AHEAD_SHARE);
    const kept = { token, renewAt, endsAt };
    known.set(id, kept);
    return kept;
  }

  async function renew(credential: ExchangedCredential, old?: string): Promise<Known> {
    const { owner } = credential;
    const { id } = owner;
    while (!(await deps.state.setIfAbsent(`upstream-token:${id}`, "1", LOCK_MS)))
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    try {
      // Whoever had the lock before may have left what we came for.
      const shared = await readUpstreamToken(deps, owner);
      const left = shared ? shared.expiresAt.getTime() - Date.now() : 0;
      if (shared && shared.token !== old && left > 0) return keep(id, shared.token, shared.expiresAt.getTime());
      const grant = await grantOf(credential);
      const outcome: TokenOutcome = grant ? await ask(credential, grant) : NOBODY;
      if (!outcome.ok) {
        await note(credential, outcome);
        const refused = {
          problem: outcome.problem,
          isOver: outcome.error === "invalid_grant",
          until: Date.now() + (outcome.isFinal ? REFUSED_MS : 0),
        };
        known.set(id, refused);
        return refused;
      }
      const endsAt = Date.now() + outcome.expiresInSeconds * 1_000;
      const { token, refreshToken } = outcome;
      await saveUpstreamToken(deps, owner, { token, refreshToken, expiresAt: new Date(endsAt) });
      return keep(id, outcome.token, endsAt);
    } finally {
      await deps.state.delete(`upstream-token:${id}`).catch(onError);
    }
  }

  /** Of a person's own account an admin learns only what is wrong with the client, in no words of the API. */
  async function note({ owner, tokenUrl }: ExchangedCredential, outcome: Extract<TokenOutcome, { ok: false }>) {
    if (owner.kind === "credential" || outcome.error === "invalid_grant")
      return noteTokenProblem(deps, owner, outcome.problem);
    if (outcome.error)
      await noteClientProblem(deps, owner, `${new URL(tokenUrl).host} refuses the client (${outcome.error}).`);
  }

  async function grantOf(credential: ExchangedCredential): Promise<TokenGrant | undefined> {
    if (credential.type === "clientCredentials") return { type: "client_credentials", scopes: credential.scopes };
    const refreshToken = await readRefreshToken(deps, credential.owner);
    return refreshToken === null ? undefined : { type: "refresh_token", refreshToken };
  }

  function renewOnce(credential: ExchangedCredential, old?: string): Promise<Known> {
    const { id } = credential.owner;
    const underway = asking.get(id) ?? renew(credential, old).finally(() => asking.delete(id));
    asking.set(id, underway);
    return underway;
  }

  async function tokenOf(credential: ExchangedCredential): Promise<Known> {
    const have = known.get(credential.owner.id);
    const now = Date.now();
    if (have && "token" in have && now < have.endsAt) {
      // What is still good is used while the next one is on its way.
      if (now >= have.renewAt) renewOnce(credential, have.token).catch(onError);
      return have;
    }
    if (have && "problem" in have && now < have.until) return have;
    return renewOnce(credential, have && "token" in have ? have.token : undefined);
  }

  async function withTokens(
    credentials: Record<string, BoundCredential>,
    exchanged: readonly [string, ExchangedCredential][],
  ): Promise<Resolved> {
    const tokens: SentToken[] = [];
    for (const [scheme, credential] of exchanged) {
      const got = await tokenOf(credential);
      const { owner, origins } = credential;
      if ("problem" in got) return { ok: false, scheme, owner, problem: got.problem, isOver: got.isOver };
      tokens.push({ owner, scheme, token: got.token });
      credentials[scheme] = { type: "bearer", token: got.token, origins };
    }
    return { ok: true, credentials, tokens };
  }

  return {
    /** Puts tokens in the place of what they are got with, for the schemes that are wanted. Where there is nothing to exchange, nothing is waited for. */
    resolve(opened: Record<string, OpenCredential>, wanted: ReadonlySet<string>): Resolved | Promise<Resolved> {
      const credentials: Record<string, BoundCredential> = {};
      const exchanged: [string, ExchangedCredential][] = [];
      for (const scheme of Object.keys(opened)) {
        if (!wanted.has(scheme)) continue;
        const credential = opened[scheme] as OpenCredential;
        if ("tokenUrl" in credential) exchanged.push([scheme, credential]);
        else credentials[scheme] = credential;
      }
      return exchanged.length === 0 ? { ok: true, credentials, tokens: [] } : withTokens(credentials, exchanged);
    },
    /** An API has refused these tokens: they are not sent again. True when others may be got. */
    refuse(tokens: readonly SentToken[]): boolean {
      for (const {
        owner: { id },
        token,
      } of tokens) {
        const have = known.get(id);
        // Ended, but kept to tell it from the next one.
        if (have && "token" in have && have.token === token) known.set(id, { ...have, renewAt: 0, endsAt: 0 });
      }
      return tokens.length > 0;
    },
    /** An API wants a person to allow more than they have: their next sign-in asks for it. */
    noteMissingScopes(owner: GrantOwner, scopes: readonly string[]): Promise<void> {
      return noteMissingScopes(deps, owner, scopes);
    },
    /** A credential was changed: what was got with the one before is no longer its. */
    forget(): void {
      known.clear();
    },
  };
}

export type UpstreamTokens = ReturnType<typeof createUpstreamTokens>;
