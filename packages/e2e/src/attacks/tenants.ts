import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createOAuthClient, createProfile } from "@portico/services";
import { Client as PgClient } from "pg";
import { describe, expect, it } from "vitest";
import { Browser, signIn } from "../oauth-client.ts";
import { callTool, rpc, statusAt } from "./mcp.ts";
import { CANARY, type Heard, newNetwork, PASSWORD, type Person, type Range } from "./range.ts";

const WEB = path.resolve(import.meta.dirname, "../../../../apps/web");
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Who of the organization itself may do it, at least; a key has to have a scope, or may not do it at all. */
interface Rule {
  from: "member" | "builder" | "admin" | "owner";
  body?: (range: Range) => Record<string, unknown>;
}

const READING: Rule = { from: "member" };
const BUILDING: Rule = { from: "builder" };
const ADMIN: Rule = { from: "admin" };
const withBody = (rule: Rule, body: (range: Range) => Record<string, unknown>): Rule => ({ ...rule, body });

/** Every route of the REST API. One that is missing here fails XT-01, so that nobody adds one without saying who may use it. */
const ROUTES: Record<string, Rule> = {
  "GET /api-keys": ADMIN,
  "POST /api-keys": withBody(ADMIN, () => ({ name: "x" })),
  "DELETE /api-keys/[id]": ADMIN,
  "GET /audit-events": ADMIN,
  "GET /audit-events/export": ADMIN,
  "GET /connections": BUILDING,
  "DELETE /connections": ADMIN,
  "DELETE /connections/[id]": ADMIN,
  "POST /documents": withBody(BUILDING, () => ({ source: { content: "{}" } })),
  "GET /documents/[id]": READING,
  "GET /documents/[id]/findings": READING,
  "POST /documents/[id]/revisions": withBody(BUILDING, () => ({ source: { content: "{}" } })),
  "GET /documents/[id]/tools/[operation]": READING,
  "POST /installation/signing-keys": { from: "owner" },
  "GET /invitations": ADMIN,
  "POST /invitations": withBody(ADMIN, () => ({ email: "x@example.com", role: "member" })),
  "DELETE /invitations/[id]": ADMIN,
  "POST /invitations/[id]/resend": ADMIN,
  "GET /jobs/[id]": READING,
  "DELETE /jobs/[id]": BUILDING,
  "GET /members": READING,
  "PATCH /members/[id]": withBody(ADMIN, () => ({ role: "owner" })),
  "DELETE /members/[id]": ADMIN,
  "GET /oauth-clients": ADMIN,
  "POST /oauth-clients": withBody(ADMIN, () => ({ kind: "machine", name: "x" })),
  "DELETE /oauth-clients/[id]": ADMIN,
  "GET /organization": READING,
  "PATCH /organization": withBody(ADMIN, () => ({ name: "Renamed" })),
  "DELETE /organization": { from: "owner" },
  "GET /organization/limits": READING,
  "PUT /organization/limits": withBody(ADMIN, () => ({ perCaller: 100_000 })),
  "GET /organization/sso": ADMIN,
  "PUT /organization/sso": withBody(ADMIN, () => ({ issuer: "https://login.example.com", clientId: "taken" })),
  "DELETE /organization/sso": ADMIN,
  "POST /organization/sso/prove": ADMIN,
  "POST /publish": withBody(BUILDING, ({ a }) => ({ source: { documentId: a.alpha.documentId }, slug: "taken" })),
  "GET /servers": READING,
  "POST /servers": withBody(BUILDING, ({ a }) => ({ documentId: a.alpha.documentId, slug: "taken" })),
  "GET /servers/[id]": READING,
  "PATCH /servers/[id]": withBody(BUILDING, () => ({ title: "taken" })),
  "DELETE /servers/[id]": BUILDING,
  "GET /servers/[id]/access": BUILDING,
  "PATCH /servers/[id]/access": withBody(BUILDING, () => ({ visibility: "public" })),
  "POST /servers/[id]/access/grants": withBody(BUILDING, () => ({ to: { email: "bob@example.com" } })),
  "DELETE /servers/[id]/access/grants/[grantId]": BUILDING,
  "GET /servers/[id]/calls": BUILDING,
  "GET /servers/[id]/clients": READING,
  "GET /servers/[id]/connections": BUILDING,
  "GET /servers/[id]/credentials": READING,
  "PUT /servers/[id]/credentials/[scheme]": withBody(BUILDING, () => ({ type: "apiKey", value: "taken" })),
  "DELETE /servers/[id]/credentials/[scheme]": BUILDING,
  "POST /servers/[id]/credentials/[scheme]/register": BUILDING,
  "GET /servers/[id]/diagnostics": READING,
  "GET /servers/[id]/lint": READING,
  "POST /servers/[id]/lint/fix": withBody(BUILDING, () => ({ findings: ["no-when-to-use GET /notes"] })),
  "GET /servers/[id]/profiles": READING,
  "POST /servers/[id]/profiles": withBody(BUILDING, () => ({ name: "taken" })),
  "GET /servers/[id]/profiles/[profileId]": READING,
  "PATCH /servers/[id]/profiles/[profileId]": withBody(BUILDING, () => ({ name: "taken" })),
  "DELETE /servers/[id]/profiles/[profileId]": BUILDING,
  "PUT /servers/[id]/profiles/[profileId]/values/[field]": withBody(BUILDING, () => ({ value: { value: "taken" } })),
  "DELETE /servers/[id]/profiles/[profileId]/values/[field]": BUILDING,
  "POST /servers/[id]/publish": BUILDING,
  "POST /servers/[id]/rollback": withBody(BUILDING, () => ({ version: 1 })),
  "GET /servers/[id]/tools": READING,
  "GET /servers/[id]/tools/[operation]": READING,
  "PATCH /servers/[id]/tools/[operation]": withBody(BUILDING, () => ({ title: "taken" })),
  "GET /servers/[id]/upgrade": READING,
  "POST /servers/[id]/upgrade": BUILDING,
  "GET /servers/[id]/usage": BUILDING,
  "GET /servers/[id]/versions": READING,
  "GET /teams": READING,
  "POST /teams": withBody(ADMIN, () => ({ name: "taken" })),
  "PATCH /teams/[id]": withBody(ADMIN, () => ({ name: "taken" })),
  "DELETE /teams/[id]": ADMIN,
};
/** Answer everybody alike. */
const OPEN = ["/health", "/[...path]"];

/** The routes that the web app has, from its files. */
function routesOf(): string[] {
  const api = path.join(WEB, "src/app/api/v1");
  return readdirSync(api, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "route.ts")
    .flatMap((file) => {
      const route = `/${path.dirname(file)}`;
      if (OPEN.includes(route)) return [];
      const text = readFileSync(path.join(api, file), "utf8");
      return METHODS.filter((method) =>
        new RegExp(`export (const|async function|function) ${method}\\b`).test(text),
      ).map((method) => `${method} ${route}`);
    });
}

/** The paths of the pages of the web app, by what stands for its own objects. */
function pagesOf(): string[] {
  const manifest = JSON.parse(readFileSync(path.join(WEB, ".next/server/app-paths-manifest.json"), "utf8"));
  return Object.keys(manifest)
    .filter((key) => key.endsWith("/page") && !key.startsWith("/_"))
    .map((key) => key.replace(/\/page$/, "").replaceAll(/\/\([^)]+\)/g, "") || "/");
}

/** security.md §2.3: nothing of one organization is another's. */
export function tenantAttacks(range: () => Range): void {
  let ids: Promise<Record<string, string>> | undefined;
  /** What every placeholder of an address is in the first organization. */
  const idsOfA = () => (ids ??= collectIds(range()));
  const fill = async (route: string) => {
    const known = await idsOfA();
    return route.replaceAll(/\/([\w-]+)\/\[(\w+)\]/g, (_all, of: string, name: string) => {
      const id = known[`${of}/${name}`];
      if (!id) throw new Error(`No example for ${of}/[${name}]: add one beside ROUTES.`);
      return `/${of}/${encodeURIComponent(id)}`;
    });
  };

  const restAs = async (who: { person?: Person; key?: string }, route: string): Promise<Heard> => {
    const [method = "", at = ""] = route.split(" ");
    const body = ROUTES[route]?.body?.(range());
    const init = {
      method,
      headers: {
        ...(who.key ? { authorization: `Bearer ${who.key}` } : {}),
        ...(method === "GET" || method === "DELETE" ? {} : { "content-type": "application/json" }),
      },
      ...(method === "GET" || method === "DELETE" ? {} : { body: JSON.stringify(body ?? {}) }),
    };
    const address = `/api/v1${await fill(at)}`;
    return who.person ? range().as(who.person, address, init) : range().fetch(address, init);
  };

  it("XT-01: every route of the REST API is in the matrix", () => {
    expect(routesOf().sort()).toEqual(Object.keys(ROUTES).sort());
  });
  describe.each(Object.keys(ROUTES))("XT-01: %s", (route) => {
    const hasIds = route.includes("[");
    const { from } = ROUTES[route] as Rule;
    it("is nobody's who has not signed in", async () => {
      const answer = await restAs({}, route);
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain(CANARY);
    });
    it("is no other organization's, not even its owner's", async () => {
      const before = await digest(range());
      const { bob, key } = range().b;
      for (const who of [{ person: bob }, { key }]) {
        const answer = await restAs(who, route);
        expect(answer.text).not.toContain(CANARY);
        if (hasIds) expect([403, 404]).toContain(answer.status);
        else expect(answer.status).toBeLessThan(500);
        // Only what a key may never do is refused before the object is looked for.
        if (hasIds && "person" in who && from !== "owner") expect(answer.status).toBe(404);
      }
      expect(await digest(range())).toEqual(before);
    });
    it("takes the role and the scope that it says", async () => {
      const before = await digest(range());
      const { amy, adam, narrowKey } = range().a;
      const [byMember, byKey] = [await restAs({ person: amy }, route), await restAs({ key: narrowKey }, route)];
      if (from === "member") expect(byMember.status).toBe(200);
      else expect(byMember.status).toBe(403);
      expect(byKey.status).toBe(403);
      if (from === "owner") expect((await restAs({ person: adam }, route)).status).toBe(403);
      expect(await digest(range())).toEqual(before);
    });
  });

  it("XT-01: no page shows another organization's, and only entry pages are open", async () => {
    const known = await idsOfA();
    for (const page of pagesOf()) {
      const at = page
        .replace("[organization]/[server]", `${range().a.slug}/alpha`)
        .replace("[slug]", "alpha")
        .replace(/documents\/\[id\]/, `documents/${known["documents/id"]}`)
        .replace("[jobId]", known["jobs/id"] ?? "")
        .replace("[uid]", "x");
      for (const headers of [{}, { rsc: "1" }, { rsc: "1", "next-router-prefetch": "1" }] as Record<string, string>[]) {
        const anonymous = await range().fetch(at, { headers });
        const bobs = await range().as(range().b.bob, at, { headers });
        expect([at, anonymous.text.includes(CANARY)]).toEqual([at, false]);
        expect([at, bobs.text.includes(CANARY)]).toEqual([at, false]);
        expect(Math.max(anonymous.status, bobs.status)).toBeLessThan(500);
      }
    }
  });

  it("XT-01: no server action changes or tells another organization's things", async () => {
    const known = await idsOfA();
    const { a, mallory } = range();
    const everything = {
      ...{ id: a.alpha.id, serverId: a.alpha.id, documentId: a.alpha.documentId, organizationId: a.id },
      ...{ memberId: known["members/id"], teamId: a.teamId, connectionId: known["connections/id"], keyId: a.keyId },
      ...{ operation: "GET /things", patch: { title: "taken" }, operations: [], scheme: "key", role: "owner" },
      ...{ name: "taken", title: "taken", visibility: "public", email: "bob@example.com", memberIds: [], tools: "all" },
      credential: { type: "apiKey", value: "taken" },
    };
    const args = [
      [],
      ...[...new Set(Object.values(known)), a.id, a.alpha2.id].flatMap((id) => [[id], [id, "owner"], [a.alpha.id, id]]),
      [everything],
      [a.alpha.id, everything],
    ];
    const manifest = JSON.parse(readFileSync(path.join(WEB, ".next/server/server-reference-manifest.json"), "utf8"));
    const actions = Object.keys(manifest.node);
    expect(actions.length).toBeGreaterThan(30);
    const before = await digest(range());
    for (const action of actions) {
      const headers = { "next-action": action, "content-type": "text/plain;charset=UTF-8", origin: range().url };
      // Some of them end sessions, which are her own: she belongs to an organization that nothing else here uses.
      const person = { ...mallory, browser: new Browser({ "x-forwarded-for": newNetwork() }) };
      await signIn(person.browser, range().url, { email: mallory.email, password: PASSWORD });
      for (const arg of args) {
        const init = { method: "POST", headers, body: JSON.stringify(arg) };
        for (const answer of [await range().fetch("/new", init), await range().as(person, "/new", init)])
          expect([action, answer.text.includes(CANARY)]).toEqual([action, false]);
      }
    }
    expect(await digest(range())).toEqual(before);
  });

  it("XT-03: what is not for the writer to set stays as it is", async () => {
    const { a, b, db } = range();
    const before = await db.server.findUniqueOrThrow({ where: { id: a.alpha.id } });
    for (const extra of [
      { organizationId: b.id },
      { id: "srv_taken" },
      { ownerId: b.bob.id },
      { createdAt: "2020-01-01" },
      { documentId: b.beta.documentId },
      { currentVersionId: "ver_x" },
    ]) {
      const answer = await range().as(a.adam, `/api/v1/servers/${a.alpha.id}`, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(extra),
      });
      expect(answer.status).toBeLessThan(500);
    }
    const { updatedAt: _before, lock: _lock, ...kept } = before;
    const {
      updatedAt: _after,
      lock: _moved,
      ...now
    } = await db.server.findUniqueOrThrow({ where: { id: a.alpha.id } });
    expect(now).toEqual(kept);
  });

  it("XT-04: things of two organizations do not go together", async () => {
    const { a, b } = range();
    const known = await idsOfA();
    const asBob = (method: string, at: string, body: object) =>
      range().as(b.bob, `/api/v1${at}`, {
        method,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    for (const [method, at, body] of [
      ["POST", "/servers", { documentId: a.alpha.documentId, slug: "mixed" }],
      ["POST", `/servers/${b.beta.id}/access/grants`, { to: { teamId: a.teamId } }],
      ["POST", `/servers/${b.beta.id}/access/grants`, { to: { memberId: known["members/id"] } }],
      ["DELETE", `/servers/${b.beta.id}/access/grants/${a.grantId}`, {}],
      ["POST", "/teams", { name: "mixed", memberIds: [known["members/id"]] }],
      ["POST", "/publish", { source: { documentId: a.alpha.documentId }, slug: "mixed" }],
      ["POST", `/servers/${b.beta.id}/rollback`, { version: 99 }],
    ] as const) {
      const answer = await asBob(method, at, body);
      expect([at, [400, 404].includes(answer.status), answer.text.includes(CANARY)]).toEqual([at, true, false]);
    }
  });

  it.each([{ not: null }, { contains: "" }, [], ["x"], { equals: "x" }, null, 1, true])(
    "XT-05: %j in place of a word is no question to the database",
    async (value) => {
      const { a, b } = range();
      for (const [method, at, body] of [
        ["POST", "/servers", { documentId: value, slug: value }],
        ["PATCH", `/servers/${b.beta.id}`, { slug: value, title: value }],
        ["POST", "/invitations", { email: value, role: value }],
        ["POST", "/teams", { name: value, memberIds: value }],
        ["POST", `/servers/${b.beta.id}/access/grants`, { to: { teamId: value } }],
      ] as const) {
        const answer = await range().as(b.bob, `/api/v1${at}`, {
          method,
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        expect([at, answer.status >= 500, answer.text.includes(CANARY)]).toEqual([at, false, false]);
      }
      for (const query of [`?id[not]=`, `?cursor[not]=`, `?cursor=${encodeURIComponent(JSON.stringify(value))}`])
        expect((await range().as(b.bob, `/api/v1/servers${query}`)).text).not.toContain(CANARY);
      expect((await range().as(b.bob, `/api/v1/audit-events?actor=${a.alice.id}`)).text).not.toContain(CANARY);
    },
  );

  it("XT-06: an address that two organizations use is two addresses, and stays the other's when one leaves", async () => {
    const { a, b, db } = range();
    const twin = async (key: string) => {
      const content = JSON.stringify({
        openapi: "3.1.0",
        info: { title: "Twin", version: "1" },
        servers: [{ url: range().upstream.url }],
        paths: { "/x": { get: { operationId: "x", responses: { 200: { description: "ok" } } } } },
      });
      const answer = await range().fetch("/api/v1/publish", {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify({ source: { content }, slug: "twin", select: "all" }),
      });
      return (JSON.parse(answer.text) as { server: { id: string; mcpUrl: string } }).server;
    };
    const [own, others] = [await twin(a.key), await twin(b.key)];
    expect([await statusAt(range(), own.mcpUrl, a.key), await statusAt(range(), others.mcpUrl, b.key)]).toEqual([
      200, 200,
    ]);
    const gone = await range().as(a.alice, `/api/v1/servers/${own.id}`, { method: "DELETE" });
    expect(gone.status).toBeLessThan(300);
    await expect.poll(() => statusAt(range(), own.mcpUrl, a.key), { timeout: 2_000 }).toBe(404);
    expect(await statusAt(range(), others.mcpUrl, b.key)).toBe(200);
    expect(await statusAt(range(), own.mcpUrl, b.key)).toBe(404);
    expect(await db.server.count({ where: { slug: "twin" } })).toBe(1);
  });

  it.each(["x-forwarded-host", "x-original-url", "x-rewrite-url", "forwarded", "x-forwarded-prefix"])(
    "XT-07: %s leads nowhere else",
    async (name) => {
      const { a, b } = range();
      const value = name === "x-forwarded-host" ? "evil.example" : `/mcp/${a.slug}/alpha`;
      const answer = await rpc(range(), b.beta.mcpUrl, b.key, "tools/list", {}, { [name]: value });
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain(CANARY);
      const page = await range().as(b.bob, "/api/v1/servers", { headers: { [name]: value } });
      expect(page.text).not.toContain(CANARY);
      expect(page.text).not.toContain("evil.example");
    },
  );

  it("XT-08: what only some may see is kept by no cache", async () => {
    const { a } = range();
    const api = await range().as(a.alice, "/api/v1/servers");
    expect(api.headers.get("cache-control")).toContain("no-store");
    const page = await range().as(a.alice, "/servers/alpha");
    expect(page.status).toBe(200);
    expect(page.headers.get("cache-control")).toMatch(/no-store|private/);
  });

  const ways: { headers?: Record<string, string>; query?: string; suffix?: string; prefix?: string }[] = [
    { headers: { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" } },
    { headers: { "x-middleware-subrequest": "src/middleware" } },
    { headers: { purpose: "prefetch", "x-nextjs-data": "1" } },
    { query: "?_rsc=1", headers: { rsc: "1" } },
    { query: "?nxtPslug=alpha" },
    { suffix: ".rsc" },
    { prefix: "/_next/data/x", suffix: ".json" },
  ];
  it.each(ways)("XT-09: %j is no way around the sign-in", async ({ headers, query = "", suffix = "", prefix = "" }) => {
    for (const page of ["/servers/alpha", "/settings/members", "/index"]) {
      const at = `${prefix}${page}${suffix}${query}`;
      const init = headers ? { headers } : {};
      const answers = [await range().fetch(at, init), await range().as(range().b.bob, at, init)];
      for (const { text, status } of answers)
        expect([at, text.includes(CANARY), status < 500]).toEqual([at, false, true]);
    }
  });

  it("XT-12: nobody enters an organization by naming it", async () => {
    const { a, b, db } = range();
    // As if somebody could write into their own session: the membership is asked for all the same.
    await db.authSession.updateMany({ where: { userId: b.bob.id }, data: { activeOrganizationId: a.id } });
    for (const at of ["/", "/servers/alpha", "/settings/members", "/api/v1/servers", "/api/v1/members"])
      expect((await range().as(b.bob, at)).text).not.toContain(CANARY);
  });

  it("XT-13: the owner of an organization is not the installation's", async () => {
    const answer = await range().as(range().b.bob, "/api/v1/installation/signing-keys", { method: "POST" });
    expect(answer.status).toBe(403);
  });

  it("XT-15: the work of another organization is neither told, nor watched, nor ended", async () => {
    const known = await idsOfA();
    const at = `/api/v1/jobs/${known["jobs/id"]}`;
    const { bob } = range().b;
    expect((await range().as(bob, at)).status).toBe(404);
    expect((await range().as(bob, at, { headers: { accept: "text/event-stream" } })).text).not.toContain(CANARY);
    expect((await range().as(bob, at, { method: "DELETE" })).status).toBe(404);
  });

  it("XT-16: a key makes no keys, and one that may only call does nothing else", async () => {
    const { a } = range();
    const headers = { authorization: `Bearer ${a.key}`, "content-type": "application/json" };
    const made = await range().fetch("/api/v1/api-keys", { method: "POST", headers, body: '{"name":"another"}' });
    expect(made.status).toBe(403);
    expect(await statusAt(range(), a.alpha.mcpUrl, a.narrowKey)).toBe(200);
    for (const at of ["/servers", "/members", "/api-keys", "/audit-events", `/servers/${a.alpha.id}/connections`]) {
      const answer = await range().fetch(`/api/v1${at}`, { headers: { authorization: `Bearer ${a.narrowKey}` } });
      expect([at, answer.status]).toEqual([at, 403]);
    }
  });

  it("XT-17: of thousands of calls at once, each gets its own answer", async () => {
    const { a, b, upstream } = range();
    upstream.answer = ({ url, headers }) => ({
      status: 200,
      body: { tag: new URL(url, "http://x").searchParams.get("tag"), key: String(headers["x-key"]).slice(0, 15) },
      delayMs: Math.random() * 20,
    });
    const CLIENTS = 25;
    const CALLS = 80;
    const wrong: string[] = [];
    let answered = 0;
    async function caller(index: number): Promise<void> {
      const isA = index % 2 === 0;
      const [url, key] = isA ? [a.alpha.mcpUrl, a.key] : [b.beta.mcpUrl, b.key];
      for (let call = 0; call < CALLS; call++) {
        const tag = `${isA ? CANARY : "b"}-${index}-${call}`;
        const leave = new AbortController();
        if (call % 10 === 9) setTimeout(() => leave.abort(), Math.random() * 15);
        const answer = await fetch(url, {
          method: "POST",
          signal: leave.signal,
          headers: {
            authorization: `Bearer ${key}`,
            "content-type": "application/json",
            accept: "application/json, text/event-stream",
          },
          // Everybody counts from the same number, as clients do.
          body: JSON.stringify({
            jsonrpc: "2.0",
            id: call,
            method: "tools/call",
            params: { name: "listThings", arguments: { tag } },
          }),
        })
          .then((response) => response.text())
          .catch(() => undefined);
        if (answer === undefined) continue;
        answered++;
        const { id, result } = JSON.parse(answer) as { id: number; result?: { structuredContent?: { tag: string } } };
        if (
          id !== call ||
          result?.structuredContent?.tag !== tag ||
          !answer.includes(isA ? `secret-${CANARY}`.slice(0, 15) : "secret-b-")
        )
          wrong.push(`${tag}: ${answer}`);
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, (_, index) => caller(index)));
    upstream.answer = () => ({ status: 200, body: { ok: true } });
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(answered).toBeGreaterThan(CLIENTS * CALLS * 0.8);
    await callTool(range(), a.alpha.mcpUrl, a.key, "listThings");
  });
}

async function collectIds({ a, db, connect }: Range): Promise<Record<string, string>> {
  const profile = await createProfile({ ctx: a.ctx, input: { serverId: a.alpha.id, name: `Profile ${CANARY}` } });
  await connect(a.amy, a.alpha.mcpUrl);
  const oauthClient = await createOAuthClient({ ctx: a.ctx, input: { kind: "machine", name: `Client ${CANARY}` } });
  const [connection, member, job] = await Promise.all([
    db.connection.findFirstOrThrow({ where: { serverId: a.alpha.id } }),
    db.member.findFirstOrThrow({ where: { userId: a.alice.id } }),
    db.job.findFirstOrThrow({ where: { organizationId: a.id } }),
  ]);
  return {
    "servers/id": a.alpha.id,
    "documents/id": a.alpha.documentId,
    "api-keys/id": a.keyId,
    "connections/id": connection.id,
    "jobs/id": job.id,
    "oauth-clients/id": oauthClient.id,
    "members/id": member.id,
    "teams/id": a.teamId,
    "invitations/id": a.invitationId,
    "grants/grantId": a.grantId,
    "profiles/profileId": profile.id,
    "values/field": "credential:key",
    "credentials/scheme": "key",
    "tools/operation": "GET /things",
  };
}

let tables: Promise<string[]> | undefined;

/** A short word for all that the first organization has stored, without what looking at it changes. */
async function digest({ databaseUrl, a }: Range): Promise<Record<string, string>> {
  const client = new PgClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    tables ??= client
      .query<{ table_name: string }>(
        `SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
         WHERE table_schema = 'public' AND column_name = 'organizationId' AND table_type = 'BASE TABLE'
           AND table_name NOT LIKE 'UsageEvent%' AND table_name NOT LIKE 'CallEvent%' ORDER BY 1`,
      )
      .then(({ rows }) => rows.map(({ table_name }) => table_name));
    const digests: Record<string, string> = {};
    for (const table of await tables) {
      const { rows } = await client.query<{ digest: string }>(
        `SELECT md5(coalesce(string_agg((to_jsonb(t) - 'lastUsedAt' - 'updatedAt')::text, '|' ORDER BY to_jsonb(t)::text), '')) AS digest
         FROM "${table}" t WHERE "organizationId" = $1`,
        [a.id],
      );
      digests[table] = rows[0]?.digest ?? "";
    }
    return digests;
  } finally {
    await client.end();
  }
}
