import { createAccessTokenVerifier, TOOLS_SCOPE } from "@portico/auth";
import type { Principal } from "@portico/mcp";
import { authorizeApiKey, authorizeConnection, type Caller, type Deps, type ServerPointer } from "@portico/services";
import { LRUCache } from "lru-cache";

const CACHE_MAX = 20_000;
/** How long an answer is believed without asking again; "access-changed" ends it at once. */
const CACHE_MS = 30_000;
/** How exact that is: reading the clock at each request would cost as much as looking up. */
const CLOCK_MS = 1_000;

export type Authentication = { ok: true; principal: Principal } | { ok: false; reason: "missing" | "invalid" };

/** Who calls a server: an API key of its organization, or a person's access token for exactly this server. */
export async function createCallers(deps: Deps) {
  const tokens = await createAccessTokenVerifier({ ...deps, issuer: deps.publicUrl });
  const cache = new LRUCache<string, Promise<Caller | null>>({
    max: CACHE_MAX,
    ttl: CACHE_MS,
    ttlResolution: CLOCK_MS,
  });
  const unsubscribe = await deps.state.subscribe(
    "access-changed",
    () => cache.clear(),
    () => cache.clear(),
  );

  async function find(token: string, server: ServerPointer, resource: string): Promise<Caller | null> {
    if (token.startsWith("ptk_")) return authorizeApiKey(deps, token, server);
    const verified = await tokens.verify(token, resource);
    return verified?.scopes.has(TOOLS_SCOPE) ? authorizeConnection(deps, verified, server) : null;
  }

  /** The question is cached, not its answer: an announcement also drops one that is on its way and may be answered wrongly. */
  function ask(token: string, server: ServerPointer, resource: string): Promise<Caller | null> {
    // The whole token is the key, never a part of it; and an answer is for one server as it is open now.
    const key = `${server.id}\n${server.visibility}\n${token}`;
    const known = cache.get(key);
    if (known) return known;
    const asking = find(token, server, resource);
    cache.set(key, asking);
    const forget = () => {
      if (cache.peek(key) === asking) cache.delete(key);
    };
    asking.then((caller) => caller ?? forget(), forget);
    return asking;
  }

  return {
    /** `authorization`: every value that the header was sent with; more than one names nobody. */
    async authenticate(authorization: string[], server: ServerPointer, resource: string): Promise<Authentication> {
      if (authorization.length === 0) {
        return server.visibility === "public"
          ? { ok: true, principal: { subject: "anonymous", kind: "anonymous" } }
          : { ok: false, reason: "missing" };
      }
      const [value = ""] = authorization.length === 1 ? authorization : [];
      const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(value)?.[1]; // RFC 6750 §2.1
      if (!token) return { ok: false, reason: "invalid" };
      let caller = await ask(token, server, resource);
      if (caller?.expiresAt && caller.expiresAt.getTime() <= Date.now()) caller = await find(token, server, resource);
      if (!caller) return { ok: false, reason: "invalid" };
      const { kind, subject, clientId, connectionId } = caller;
      return {
        ok: true,
        principal: { kind, subject, ...(clientId ? { clientId } : {}), ...(connectionId ? { connectionId } : {}) },
      };
    },
    async close() {
      await Promise.all([unsubscribe(), tokens.close()]);
    },
  };
}

export type Callers = Awaited<ReturnType<typeof createCallers>>;
