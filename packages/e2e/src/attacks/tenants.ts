import { randomBytes } from "node:crypto";
import { newId } from "@portico/db";
import {
  createModelProvider,
  createOAuthClient,
  createProfile,
  isAtMost,
  type Role,
  saveEvalCase,
} from "@portico/services";
import { Client as PgClient } from "pg";
import { describe, expect, it } from "vitest";
import { callTool, rpc, statusAt } from "./mcp.ts";
import { CANARY, type Heard, newNetwork, type Person, type Range } from "./range.ts";
import { roleAttacks } from "./roles.ts";
import { actionsOf, pagesOf, readPage, routesOf } from "./web-app.ts";

/** Who of the organization itself may do it, at least; a key has to have a scope, or may not do it at all. */
interface Rule {
  from: Role;
  body?: (range: Range) => Record<string, unknown>;
}

const READING: Rule = { from: "member" };
const BUILDING: Rule = { from: "builder" };
const ADMIN: Rule = { from: "admin" };
const withBody = (rule: Rule, body: (range: Range) => Record<string, unknown>): Rule => ({ ...rule, body });

/** Where no model is. */
const MODELS = { kind: "compatible", baseUrl: "http://127.0.0.1:1/v1" };

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
  "GET /documents": READING,
  "POST /documents": withBody(BUILDING, () => ({ source: { content: "{}" } })),
  "GET /documents/[id]": READING,
  "PATCH /documents/[id]": withBody(BUILDING, () => ({ watch: "day" })),
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
  "GET /model-providers": BUILDING,
  "POST /model-providers": withBody(ADMIN, () => ({ ...MODELS, name: "taken", model: "x" })),
  "POST /model-providers/models": withBody(ADMIN, () => MODELS),
  "PATCH /model-providers/[id]": withBody(ADMIN, () => ({ name: "taken" })),
  "DELETE /model-providers/[id]": ADMIN,
  "GET /model-providers/[id]/models": BUILDING,
  "POST /model-providers/[id]/test": ADMIN,
  "GET /oauth-clients": ADMIN,
  "POST /oauth-clients": withBody(ADMIN, () => ({ kind: "machine", name: "x" })),
  "DELETE /oauth-clients/[id]": ADMIN,
  "GET /organization": READING,
  "PATCH /organization": withBody(ADMIN, () => ({ name: "Renamed" })),
  "DELETE /organization": { from: "owner" },
  "GET /organization/limits": READING,
  "GET /organization/usage": READING,
  "PUT /organization/limits": withBody(ADMIN, () => ({ perCaller: 100_000 })),
  "GET /organization/sso": ADMIN,
  "PUT /organization/sso": withBody(ADMIN, () => ({ issuer: "https://login.example.com", clientId: "taken" })),
  "DELETE /organization/sso": ADMIN,
  "POST /organization/sso/prove": ADMIN,
  "POST /publish": withBody(BUILDING, ({ a }) => ({ source: { documentId: a.alpha.documentId }, slug: "taken" })),
  "GET /search": READING,
  "GET /servers": READING,
  "POST /servers": withBody(BUILDING, ({ a }) => ({ documentId: a.alpha.documentId, slug: "taken" })),
  "GET /servers/[id]": READING,
  "PATCH /servers/[id]": withBody(BUILDING, () => ({ title: "taken" })),
  "DELETE /servers/[id]": BUILDING,
  "GET /servers/[id]/access": BUILDING,
  "PATCH /servers/[id]/access": withBody(BUILDING, () => ({ visibility: "public" })),
  "POST /servers/[id]/access/grants": withBody(BUILDING, () => ({ to: { email: "bob@example.com" } })),
  "DELETE /servers/[id]/access/grants/[grantId]": BUILDING,
  "POST /servers/[id]/access/grants/[grantId]/invitation": BUILDING,
  "GET /servers/[id]/calls": BUILDING,
  "GET /servers/[id]/calls/[callId]": BUILDING,
  "GET /servers/[id]/calls/export": BUILDING,
  "GET /servers/[id]/calls/filters": BUILDING,
  "GET /servers/[id]/calls/summary": BUILDING,
  "POST /servers/[id]/chat": withBody(BUILDING, () => ({
    providerId: "mdl_x",
    messages: [{ role: "user", text: "taken" }],
  })),
  "GET /servers/[id]/clients": READING,
  "GET /servers/[id]/connections": BUILDING,
  "GET /servers/[id]/credentials": READING,
  "PUT /servers/[id]/credentials/[scheme]": withBody(BUILDING, () => ({ type: "apiKey", value: "taken" })),
  "DELETE /servers/[id]/credentials/[scheme]": BUILDING,
  "POST /servers/[id]/credentials/[scheme]/addresses": BUILDING,
  "POST /servers/[id]/credentials/[scheme]/register": BUILDING,
  "GET /servers/[id]/diagnostics": READING,
  "GET /servers/[id]/documents": READING,
  "POST /servers/[id]/documents": withBody(BUILDING, ({ a }) => ({ documentId: a.alpha.documentId, key: "taken" })),
  "POST /servers/[id]/documents/review": withBody(READING, ({ a }) => ({ documentId: a.alpha2.documentId })),
  "GET /servers/[id]/documents/[documentId]": READING,
  "PATCH /servers/[id]/documents/[documentId]": withBody(BUILDING, () => ({ baseUrl: "https://taken.example.com" })),
  "DELETE /servers/[id]/documents/[documentId]": BUILDING,
  "GET /servers/[id]/draft/undo": READING,
  "POST /servers/[id]/draft/undo": BUILDING,
  "GET /servers/[id]/evals/cases": BUILDING,
  "POST /servers/[id]/evals/cases": withBody(BUILDING, () => ({ name: "taken", tool: "GET /things" })),
  "PATCH /servers/[id]/evals/cases/[caseId]": withBody(BUILDING, () => ({ name: "taken" })),
  "DELETE /servers/[id]/evals/cases/[caseId]": BUILDING,
  "POST /servers/[id]/evals/runs": withBody(BUILDING, () => ({ mayChange: true })),
  "GET /servers/[id]/evals/suite": BUILDING,
  "POST /servers/[id]/evals/suite": withBody(BUILDING, () => ({
    name: "taken",
    cases: [{ name: "taken", call: { tool: "GET /things" } }],
  })),
  "GET /servers/[id]/lint": READING,
  "POST /servers/[id]/lint/fix": withBody(BUILDING, () => ({ findings: ["no-when-to-use GET /notes"] })),
  "GET /servers/[id]/profiles": READING,
  "POST /servers/[id]/profiles": withBody(BUILDING, () => ({ name: "taken" })),
  "GET /servers/[id]/profiles/arguments": READING,
  "GET /servers/[id]/profiles/[profileId]": READING,
  "PATCH /servers/[id]/profiles/[profileId]": withBody(BUILDING, () => ({ name: "taken" })),
  "DELETE /servers/[id]/profiles/[profileId]": BUILDING,
  "POST /servers/[id]/profiles/[profileId]/restore": BUILDING,
  "PUT /servers/[id]/profiles/[profileId]/values/[field]": withBody(BUILDING, () => ({ value: { value: "taken" } })),
  "DELETE /servers/[id]/profiles/[profileId]/values/[field]": BUILDING,
  "GET /servers/[id]/publish": READING,
  "POST /servers/[id]/publish": BUILDING,
  "POST /servers/[id]/rollback": withBody(BUILDING, () => ({ version: 1 })),
  "GET /servers/[id]/tools": READING,
  "PATCH /servers/[id]/tools": withBody(BUILDING, () => ({ operations: ["GET /things"], picked: false })),
  "GET /servers/[id]/tools/[operation]": READING,
  "GET /servers/[id]/tools/[operation]/clients": READING,
  "PATCH /servers/[id]/tools/[operation]": withBody(BUILDING, () => ({ title: "taken" })),
  "PUT /servers/[id]/tools/[operation]": withBody(BUILDING, () => ({ title: "taken" })),
  "POST /servers/[id]/composed-tools/try": withBody(BUILDING, () => ({
    tool: { name: "taken", description: "taken", steps: [{ id: "a", operation: "GET /things" }] },
  })),
  "POST /servers/[id]/tools/[operation]/try": withBody(BUILDING, () => ({ from: "api" })),
  "DELETE /servers/[id]/tools/[operation]/hold": BUILDING,
  "POST /servers/[id]/tools/[operation]/suggest": withBody(BUILDING, () => ({ providerId: "mdl_x" })),
  "POST /servers/[id]/tools/[operation]/shape": withBody(BUILDING, () => ({ from: "example" })),
  "GET /servers/[id]/tools/[operation]/sample": BUILDING,
  "PUT /servers/[id]/tools/[operation]/sample": withBody(BUILDING, () => ({ status: 200, contentType: "", body: "x" })),
  "DELETE /servers/[id]/tools/[operation]/sample": BUILDING,
  "GET /servers/[id]/upgrade": READING,
  "POST /servers/[id]/upgrade": BUILDING,
  "GET /servers/[id]/usage": BUILDING,
  "GET /servers/[id]/versions": READING,
  "GET /servers/[id]/versions/[a]/diff/[b]": READING,
  "GET /servers/[id]/versions/[a]/draft": READING,
  "GET /servers/[id]/versions/[a]/tools": READING,
  "POST /servers/[id]/versions/[a]/draft": BUILDING,
  "GET /teams": READING,
  "POST /teams": withBody(ADMIN, () => ({ name: "taken" })),
  "PATCH /teams/[id]": withBody(ADMIN, () => ({ name: "taken" })),
  "DELETE /teams/[id]": ADMIN,
};
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

  /** Where a page is when it is about things of the first organization. */
  const addressOf = async (page: string) => {
    const known = await idsOfA();
    return page
      .replace("[organization]/[server]", `${range().a.slug}/alpha`)
      .replace("[slug]", "alpha")
      .replace("[operation]", encodeURIComponent("GET /things"))
      .replace(/documents\/\[id\]/, `documents/${known["documents/id"]}`)
      .replace(/profiles\/\[id\]/, `profiles/${known["profiles/profileId"]}`)
      .replace("[jobId]", known["jobs/id"] ?? "")
      .replace("[uid]", "x");
  };
  /** The same stranger if she is still signed in, otherwise another one. */
  const stillIn = async (person: Person | undefined) => {
    const isIn = person && (await range().as(person, "/api/auth/get-session")).text.includes(person.email);
    return isIn ? person : range().makeStranger();
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
      const { amy, ben, adam, narrowKey } = range().a;
      for (const [role, person] of [
        ["member", amy],
        ["builder", ben],
        ["admin", adam],
      ] as const) {
        if (!isAtMost(from, role)) expect([role, (await restAs({ person }, route)).status]).toEqual([role, 403]);
        else if (role === "member") expect((await restAs({ person }, route)).status).toBe(200);
      }
      expect((await restAs({ key: narrowKey }, route)).status).toBe(403);
      expect(await digest(range())).toEqual(before);
    });
  });

  it("XT-01: no page shows another organization's, and only entry pages are open", async () => {
    for (const page of pagesOf()) {
      const at = await addressOf(page);
      for (const headers of [{}, { rsc: "1" }, { rsc: "1", "next-router-prefetch": "1" }] as Record<string, string>[]) {
        const anonymous = await readPage(range(), undefined, at, headers);
        const bobs = await readPage(range(), range().b.bob, at, headers);
        expect([at, anonymous.text.includes(CANARY)]).toEqual([at, false]);
        expect([at, bobs.text.includes(CANARY)]).toEqual([at, false]);
        expect(Math.max(anonymous.status, bobs.status)).toBeLessThan(500);
      }
    }
  });

  it("XT-01: no server action changes or tells another organization's things", async () => {
    const known = await idsOfA();
    const { a } = range();
    const everything = {
      ...{ id: a.alpha.id, serverId: a.alpha.id, documentId: a.alpha.documentId, organizationId: a.id },
      ...{ memberId: known["members/id"], teamId: a.teamId, connectionId: known["connections/id"], keyId: a.keyId },
      ...{ operation: "GET /things", patch: { title: "taken" }, operations: [], scheme: "key", role: "owner" },
      ...{ name: "taken", title: "taken", visibility: "public", email: "bob@example.com", memberIds: [], tools: "all" },
      credential: { type: "apiKey", value: "taken" },
    };
    const ids = [...new Set([...Object.values(known), a.id, a.alpha2.id])];
    /** What an action is called with, as far as it has room for it: each thing in the first place, and each in the second. */
    const argsOf = (count: number): unknown[][] => [
      [],
      ...(count > 0 ? [[everything], ...ids.map((id) => (count > 1 ? [id, "owner"] : [id]))] : []),
      ...(count > 1 ? [[a.alpha.id, everything], ...ids.map((id) => [a.alpha.id, id])] : []),
    ];
    /** What cannot be taken apart, one thing, and many: who is sent to sign in whichever it is was asked for before anything was looked at. */
    const SHAPES = 3;
    const actions = actionsOf();
    expect(actions.length).toBeGreaterThan(30);
    expect(actions.filter(({ count }) => count > 0).length).toBeGreaterThan(30);
    const before = await digest(range());
    const told: string[] = [];
    const run = new Set<string>();
    /** Some of the actions end sessions and delete what is the caller's: each goes on with whom it has left. */
    const strangers: Person[] = [];
    await inTurns(actions, async ({ id, page, count }) => {
      const person = await stillIn(strangers.pop());
      const headers = { "next-action": id, "content-type": "text/plain;charset=UTF-8", origin: range().url };
      const at = await addressOf(page);
      const post = async (who: Person | undefined, args: unknown[]) => {
        const init = { method: "POST", headers, body: JSON.stringify(args) };
        const answer = who ? await range().as(who, at, init) : await range().fetch(at, init);
        if (answer.text.includes(CANARY)) told.push(`${id} with ${JSON.stringify(args)}`);
        // What is no action there would prove nothing.
        if (answer.headers.get("x-nextjs-action-not-found")) told.push(`${id} is no action of ${at}`);
        if (answer.status === 200) run.add(id);
        return answer.headers.get("x-action-redirect")?.startsWith("/sign-in") === true;
      };
      const all = argsOf(count);
      let isSentAway = true;
      for (const args of all.slice(0, SHAPES)) isSentAway = (await post(undefined, args)) && isSentAway;
      if (!isSentAway) for (const args of all.slice(SHAPES)) await post(undefined, args);
      for (const args of all) await post(person, args);
      strangers.push(person);
    });
    expect(told).toEqual([]);
    // Those that take a form refuse everything else; the others have run.
    expect(run.size).toBeGreaterThan(actions.length / 2);
    expect(await digest(range())).toEqual(before);
  });

  roleAttacks({ range, idsOfA, addressOf, digest: () => digest(range()) });

  it("XT-02: no list, however it is searched, sorted, filtered, paged or exported, holds anything of another organization", async () => {
    const { a, b } = range();
    const known = await idsOfA();
    const lists = [
      "servers",
      "documents",
      "members",
      "teams",
      "invitations",
      "api-keys",
      "oauth-clients",
      "model-providers",
      "connections",
      "audit-events",
    ];
    const words = [
      ...["q", "query", "search", "filter", "name"].map((name) => `${name}=${CANARY}`),
      ...["sort=name", "orderBy=createdAt", "limit=1000", "include=organization", "all=true", "cursor="],
      ...["organizationId", "organization", "orgId"].flatMap((name) => [`${name}=${a.id}`, `${name}=${a.slug}`]),
      ...[`server=${a.alpha.id}`, `person=${a.alice.id}`, `actor=${a.alice.id}`, `actor=${a.keyId}`],
      ...Object.values(known).map((id) => `cursor=${encodeURIComponent(id)}`),
      ...[`cursor=${Date.now()}.${known["calls/callId"]}`, `who=${a.alice.id}`, `tool=${CANARY}`, `client=${CANARY}`],
    ];
    const addresses = lists.flatMap((list) => words.map((word) => `/api/v1/${list}?${word}`));
    for (const format of ["json", "csv"])
      for (const list of ["audit-events", `servers/${b.beta.id}/calls`])
        addresses.push(...words.map((word) => `/api/v1/${list}/export?format=${format}&${word}`));
    for (const view of ["calls", "calls/summary", "calls/filters"])
      addresses.push(...words.map((word) => `/api/v1/servers/${b.beta.id}/${view}?${word}`));
    addresses.push(`/api/v1/servers/${b.beta.id}/calls/${known["calls/callId"]}`);
    const told: string[] = [];
    const statuses = new Set<number>();
    const look = async (at: string) => {
      for (const answer of [
        await range().as(b.bob, at),
        await range().fetch(at, { headers: { authorization: `Bearer ${b.key}` } }),
      ]) {
        statuses.add(answer.status);
        if (answer.text.includes(CANARY) || answer.text.includes(a.id)) told.push(at);
        if (answer.status >= 500) told.push(`${answer.status} ${at}`);
      }
    };
    await inTurns(addresses, look);
    expect(told).toEqual([]);
    expect(statuses).toContain(200);
    // The same search as somebody of it does find what is looked for.
    for (const list of ["servers", "documents", `servers/${a.alpha.id}/calls/filters`])
      expect((await range().as(a.alice, `/api/v1/${list}`)).text).toContain(CANARY);
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
      ["POST", `/servers/${b.beta.id}/documents`, { documentId: a.alpha.documentId }],
      ["PATCH", `/servers/${b.beta.id}/documents/${a.alpha.documentId}`, { baseUrl: null }],
      ["DELETE", `/servers/${b.beta.id}/documents/${a.alpha.documentId}`, {}],
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

  it("XT-10: the link of an answer opens that answer, as long as it lasts, and no other", async () => {
    const { a, b, db, upstream } = range();
    const long = `${CANARY} ${"x".repeat(400_000)}`;
    upstream.answer = () => ({ status: 200, body: { long } });
    const answer = await callTool(range(), a.alpha.mcpUrl, a.key, "listThings");
    upstream.answer = () => ({ status: 200, body: { ok: true } });
    const token = /\/files\/([\w-]{43})/.exec(answer.text)?.[1] ?? "";
    range().secrets.push(token);
    expect((await range().fetch(`/files/${token}`)).text).toContain(CANARY);
    const other = token.endsWith("A") ? "B" : "A";
    const gone = [];
    for (const at of [
      ...[token.slice(0, -1), `${token.slice(0, -1)}${other}`, `${token}${other}`, token.toLowerCase(), "x".repeat(43)],
      ...[`${token}/..`, `${token}%00`, `../files/${token}x`, "..%2f..%2fetc%2fpasswd", ""],
    ])
      for (const tried of [await range().fetch(`/files/${at}`), await range().as(b.bob, `/files/${at}`)])
        gone.push([at, tried.status === 404 || tried.status === 400, tried.text.includes(CANARY)]);
    expect(gone.filter(([, isGone, isTold]) => !isGone || isTold)).toEqual([]);
    await db.stateEntry.updateMany({
      where: { key: { startsWith: "file:" } },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    const expired = await range().fetch(`/files/${token}`);
    expect([expired.status, expired.text]).toEqual([404, (await range().fetch(`/files/${"x".repeat(43)}`)).text]);
  });

  it("XT-14: nobody watches another organization's calls or work", async () => {
    const { a, b } = range();
    const known = await idsOfA();
    const headers = { accept: "text/event-stream" };
    for (const at of [
      `/api/v1/servers/${a.alpha.id}/calls`,
      "/api/v1/servers/alpha/calls",
      `/api/v1/jobs/${known["jobs/id"]}`,
    ]) {
      const answers = [
        await range().as(b.bob, at, { headers }),
        await range().fetch(at, { headers: { ...headers, authorization: `Bearer ${b.key}` } }),
      ];
      for (const { status, text } of answers) expect([at, status, text.includes(CANARY)]).toEqual([at, 404, false]);
      expect([at, (await range().fetch(at, { headers })).status]).toEqual([at, 401]);
    }
    // There is something to watch: who belongs to it does.
    const leave = new AbortController();
    const cookie = a.alice.browser.cookie("/");
    const own = await fetch(`${range().url}/api/v1/servers/${a.alpha.id}/calls`, {
      headers: { ...headers, cookie, "x-forwarded-for": newNetwork() },
      signal: leave.signal,
    });
    expect([own.status, own.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/event-stream")]);
    leave.abort();
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

  it("XT-16: a key of one server opens no other, and nothing else", async () => {
    const { a } = range();
    const answer = await range().as(a.alice, "/api/v1/api-keys", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "alpha only", serverId: a.alpha.id }),
    });
    const { id, key } = JSON.parse(answer.text) as { id: string; key: string };
    range().secrets.push(key);
    expect(await statusAt(range(), a.alpha.mcpUrl, key)).toBe(200);
    expect(await statusAt(range(), a.alpha2.mcpUrl, key)).toBe(401);
    expect(await statusAt(range(), range().b.beta.mcpUrl, key)).toBe(401);
    for (const at of ["/servers", `/servers/${a.alpha.id}`, "/api-keys", "/oauth-clients", "/audit-events"]) {
      const refused = await range().fetch(`/api/v1${at}`, { headers: { authorization: `Bearer ${key}` } });
      expect([at, refused.status]).toEqual([at, 403]);
    }
    const wider = await range().as(a.alice, "/api/v1/api-keys", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "wider", serverId: a.alpha.id, scopes: ["call", "write"] }),
    });
    expect([wider.status, wider.text]).toEqual([400, expect.stringContaining("may only")]);
    await range().as(a.alice, `/api/v1/api-keys/${id}`, { method: "DELETE" });
  });

  it("XT-17: of thousands of calls at once, each gets its own answer", async () => {
    const { a, b, upstream } = range();
    upstream.answer = ({ url, headers }) => ({
      status: 200,
      body: { tag: new URL(url, "http://x").searchParams.get("tag"), key: String(headers["x-key"]).slice(0, 15) },
      delayMs: Math.random() * 20,
    });
    const CLIENTS = 50;
    const CALLS = 80;
    const modern = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "attacker", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const hello = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "attacker", version: "1" } };
    const wrong: string[] = [];
    let answered = 0;
    async function caller(index: number): Promise<void> {
      const isA = index % 2 === 0;
      const [url, key] = isA ? [a.alpha.mcpUrl, a.key] : [b.beta.mcpUrl, b.key];
      // A third without a session, a third in one, a third in the era that has none.
      const kind = (["bare", "session", "modern"] as const)[index % 3];
      const opened = kind === "session" ? await rpc(range(), url, key, "initialize", hello) : undefined;
      const sid = opened?.headers.get("mcp-session-id");
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
            ...(sid ? { "mcp-session-id": sid } : {}),
            ...(kind === "modern"
              ? { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "listThings" }
              : {}),
          },
          // Everybody counts from the same number, as clients do.
          body: JSON.stringify({
            jsonrpc: "2.0",
            id: call,
            method: "tools/call",
            params: { name: "listThings", arguments: { tag }, ...(kind === "modern" ? { _meta: modern } : {}) },
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

const AT_ONCE = 8;

/** Does the same for each, a few at a time. */
async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const turn = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, turn));
}

async function collectIds({ a, db, connect, secrets }: Range): Promise<Record<string, string>> {
  const profile = await createProfile({ ctx: a.ctx, input: { serverId: a.alpha.id, name: `Profile ${CANARY}` } });
  await connect(a.amy, a.alpha.mcpUrl);
  const oauthClient = await createOAuthClient({ ctx: a.ctx, input: { kind: "machine", name: `Client ${CANARY}` } });
  const apiKey = `secret-model-${randomBytes(16).toString("hex")}`;
  secrets.push(apiKey);
  const modelProvider = await createModelProvider({
    ctx: a.ctx,
    input: { kind: "compatible", name: `Models ${CANARY}`, baseUrl: "http://127.0.0.1:1/v1", model: "x", apiKey },
  });
  const evalCase = await saveEvalCase({
    ctx: a.ctx,
    input: { serverId: a.alpha.id, name: `Case ${CANARY}`, tool: "GET /things", arguments: { typed: CANARY } },
  });
  const [call, connection, member, job] = await Promise.all([
    db.usageEvent.create({
      data: {
        id: newId("usageEvent"),
        occurredAt: new Date(),
        ...{ organizationId: a.id, serverId: a.alpha.id, kind: "call", tool: CANARY, outcome: "ok", durationMs: 1 },
        ...{ principal: "user", subject: a.alice.id, clientName: CANARY, diagnostic: CANARY },
      },
    }),
    db.connection.findFirstOrThrow({ where: { serverId: a.alpha.id } }),
    db.member.findFirstOrThrow({ where: { userId: a.alice.id } }),
    db.job.findFirstOrThrow({ where: { organizationId: a.id } }),
  ]);
  return {
    "servers/id": a.alpha.id,
    "documents/id": a.alpha.documentId,
    "documents/documentId": a.alpha.documentId,
    "api-keys/id": a.keyId,
    "connections/id": connection.id,
    "jobs/id": job.id,
    "calls/callId": call.id,
    "cases/caseId": evalCase.id,
    "oauth-clients/id": oauthClient.id,
    "model-providers/id": modelProvider.id,
    "members/id": member.id,
    "teams/id": a.teamId,
    "invitations/id": a.invitationId,
    "grants/grantId": a.grantId,
    "profiles/profileId": profile.id,
    "values/field": "credential:key",
    "credentials/scheme": "key",
    "tools/operation": "GET /things",
    "versions/a": "1",
    "diff/b": "1",
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
