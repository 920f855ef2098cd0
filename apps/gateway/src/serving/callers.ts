import { createAccessTokenVerifier, DESTROY_SCOPE, TOOLS_SCOPE } from "@portico/auth";
import type { Principal } from "@portico/mcp";
import {
  AppError,
  asAppError,
  authorizeApiKey,
  authorizeConnection,
  type Caller,
  type Deps,
  inOrganization,
  limitOf,
  type OpenProfile,
  openProfile,
  readPersonFacts,
  type ServerPointer,
  type ToolLimit,
} from "@portico/services";
import type { Person } from "@portico/upstream";
import { LRUCache } from "lru-cache";
import { NO_FACTS } from "./servers.ts";

const CACHE_MAX = 20_000;
/** How long an answer is believed without asking again; "access-changed" ends it at once. */
const CACHE_MS = 30_000;
/** How exact that is: reading the clock at each request would cost as much as looking up. */
const CLOCK_MS = 1_000;

export type Authentication = ({ ok: true } & Admission) | { ok: false; reason: "missing" | "invalid" };

/** Which of a server's URLs is asked. */
export interface Address {
  /** The whole of it: what a token has to be for. */
  resource: string;
  /** Only the reading tools are there. */
  isReadOnly: boolean;
}

/** Who calls, and with what of a server. */
export interface Admission {
  principal: Principal;
  /** Which tools they may use: those that pass all of these. */
  limits: readonly ToolLimit[];
  /** What they run with; null: the server's own settings. */
  profile: OpenProfile | null;
  /** What is known of them; nothing of a machine. */
  person: Person;
  /** Whether they may call what deletes, at a server where that takes a scope of its own. Programs of the organization always may. */
  mayDestroy: boolean;
}

interface Found {
  caller: Caller;
  principal: Principal;
  mayDestroy: boolean;
  profile: OpenProfile | null;
  person: Person;
}

/**
 * Who calls a server: an API key of its organization, or a person's access token for exactly this URL. Where that cannot be found out nobody is
 * let in, and it is told to operators: the database or the signing keys may be away, or damaged.
 */
export async function createCallers(deps: Deps, onError: (error: unknown) => void) {
  const tokens = await createAccessTokenVerifier({ ...deps, issuer: deps.publicUrl });
  const cache = new LRUCache<string, Found | Promise<Found | null>>({
    max: CACHE_MAX,
    ttl: CACHE_MS,
    ttlResolution: CLOCK_MS,
  });
  const unsubscribe = await deps.state.subscribe(
    "access-changed",
    () => cache.clear(),
    () => cache.clear(),
  );

  async function find(token: string, server: ServerPointer, address: Address): Promise<Found | null> {
    try {
      return await check(token, server, address);
    } catch (error) {
      const known = asAppError(error);
      if (known instanceof AppError) throw known;
      onError(error);
      throw new AppError("unavailable", "Who calls cannot be checked at the moment. Try again in a few seconds.");
    }
  }

  async function check(token: string, server: ServerPointer, { resource, isReadOnly }: Address): Promise<Found | null> {
    const verified = token.startsWith("ptk_") ? null : await tokens.verify(token, resource);
    const own = inOrganization(deps, server.organizationId);
    const caller = token.startsWith("ptk_")
      ? await authorizeApiKey(own, token, server)
      : verified?.scopes.has(TOOLS_SCOPE)
        ? await authorizeConnection(own, verified, server, isReadOnly)
        : null;
    if (!caller) return null;
    const userId = caller.kind === "user" ? caller.subject : null;
    const profile = await profileOf(server, userId, caller.profileId ?? null);
    const { organizationId } = server;
    const person =
      profile?.person ?? (userId === null ? NO_FACTS : await readPersonFacts(own, { userId, organizationId }));
    const mayDestroy = userId === null || verified?.scopes.has(DESTROY_SCOPE) === true;
    return { caller, principal: principalOf(caller), profile, person, mayDestroy };
  }

  async function profileOf(server: ServerPointer, userId: string | null, profileId: string | null) {
    return server.hasProfiles
      ? openProfile(inOrganization(deps, server.organizationId), { serverId: server.id, profileId, userId })
      : null;
  }

  /**
   * The answer, or the question while it is on its way: an announcement also drops one that may be answered wrongly. The answer lives no
   * longer than the question would have.
   */
  function ask(key: string, find: () => Promise<Found | null>): Found | Promise<Found | null> {
    const known = cache.get(key);
    if (known) return known;
    const asking = find();
    cache.set(key, asking);
    const settle = (found: Found | null) => {
      if (cache.peek(key) !== asking) return;
      if (found) cache.set(key, found, { noUpdateTTL: true });
      else cache.delete(key);
    };
    asking.then(settle, () => settle(null));
    return asking;
  }

  /** Whoever does not sign in runs with the default profile. */
  async function anybody(server: ServerPointer): Promise<Found> {
    return { ...NOBODY, profile: await profileOf(server, null, null) };
  }

  return {
    /** `authorization`: every value that the header was sent with; more than one names nobody. */
    authenticate(
      authorization: string[],
      server: ServerPointer,
      address: Address,
    ): Authentication | Promise<Authentication> {
      if (authorization.length === 0) {
        if (server.visibility !== "public") return { ok: false, reason: "missing" };
        if (!server.hasProfiles) return admissionOf(NOBODY, server);
        const asking = ask(`${server.id}\nanonymous`, () => anybody(server));
        return andThen(asking, (found) => admissionOf(found ?? NOBODY, server));
      }
      const [value = ""] = authorization.length === 1 ? authorization : [];
      const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(value)?.[1]; // RFC 6750 §2.1
      if (!token) return { ok: false, reason: "invalid" };
      // The whole token is the key, never a part of it; and an answer is for one URL of a server as it is open now.
      const key = `${server.id}\n${address.isReadOnly}\n${server.visibility}\n${server.hasProfiles}\n${token}`;
      const asking = ask(key, () => find(token, server, address));
      return andThen(asking, (found) => {
        const { expiresAt } = found?.caller ?? {};
        return expiresAt && expiresAt.getTime() <= Date.now()
          ? find(token, server, address).then((again) => admissionOf(again, server))
          : admissionOf(found, server);
      });
    },
    async close() {
      await Promise.all([unsubscribe(), tokens.close()]);
    },
  };
}

/** At once where the value is there: a promise for each request would cost as much as finding it. */
function andThen<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function admissionOf(found: Found | null, server: ServerPointer): Authentication {
  if (!found) return { ok: false, reason: "invalid" };
  const { caller, principal, profile, person, mayDestroy } = found;
  return { ok: true, principal, limits: caller.limits ?? everybody(server), profile, person, mayDestroy };
}

const ANYBODY: Principal = { subject: "anonymous", kind: "anonymous" };
/** Whoever does not sign in, at a server without profiles. */
const NOBODY: Found = {
  caller: { kind: "client", subject: "anonymous", expiresAt: null },
  principal: ANYBODY,
  profile: null,
  person: NO_FACTS,
  mayDestroy: false,
};

function principalOf({ kind, subject, clientId, connectionId }: Caller): Principal {
  return { kind, subject, ...(clientId ? { clientId } : {}), ...(connectionId ? { connectionId } : {}) };
}

const everybodyLimits = new WeakMap<ServerPointer, readonly ToolLimit[]>();

/** What whoever is not named may use. The same objects as long as the pointer is the same: they are what views are kept by. */
function everybody(server: ServerPointer): readonly ToolLimit[] {
  let limits = everybodyLimits.get(server);
  if (!limits) {
    const limit = limitOf([server.everybodyTools]);
    limits = limit ? [limit] : [];
    everybodyLimits.set(server, limits);
  }
  return limits;
}

export type Callers = Awaited<ReturnType<typeof createCallers>>;
