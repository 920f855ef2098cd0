import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { authenticateApiKey } from "@portico/services";
import { Client as PgClient } from "pg";
import { expect, it } from "vitest";
import { callTool, rpc, statusAt } from "./mcp.ts";
import type { Range } from "./range.ts";

/** security.md §2.9: where a secret must not be. These come last: they look through all that the others left behind. */
export function leakAttacks(range: () => Range): void {
  const alpha = () => range().a.alpha.mcpUrl;

  it("LK-02, LK-03: an error tells nothing of what is inside", async () => {
    const { a } = range();
    const bad = ["%E0%A4%A", "'; DROP TABLE x;--", "\u0000", "x".repeat(300)];
    for (const word of bad) {
      for (const answer of [
        await range().as(a.alice, `/api/v1/servers/${encodeURIComponent(word)}`),
        await range().as(a.alice, `/api/v1/jobs/${encodeURIComponent(word)}`),
        await range().as(a.alice, "/api/v1/servers", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ slug: word, documentId: word }),
        }),
        await rpc(range(), alpha(), a.key, word, { name: word, arguments: word }),
      ]) {
        expect(answer.status).toBeLessThan(500);
        expect(answer.text).not.toMatch(/node_modules|\.ts:\d|prisma|SELECT |at [A-Z]\w+\.|"stack"|"cause"/i);
      }
    }
  });

  it("LK-04: an API that says the credential back does not show it to the model", async () => {
    const { a, upstream } = range();
    const secret = range().secrets.find((one) => one.startsWith("secret-")) ?? "";
    upstream.answer = ({ headers }) => ({
      status: 200,
      body: { headers, again: [`key=${headers["x-key"]}`, Buffer.from(String(headers["x-key"])).toString("base64")] },
    });
    const answer = await callTool(range(), alpha(), a.key, "listThings");
    upstream.answer = () => ({ status: 200, body: { ok: true } });
    expect(upstream.requests.at(-1)?.headers["x-key"]).toBe(secret);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(secret);
  });

  it("LK-05: a credential is never shown again, to whomever", async () => {
    const { a } = range();
    const secrets = range().secrets.filter((one) => one.startsWith("secret-"));
    for (const kind of ["shared", "own", "model"])
      expect(secrets.filter((one) => one.startsWith(`secret-${kind}-`))).not.toHaveLength(0);
    for (const at of [
      "/api/v1/model-providers",
      "/settings/model-providers",
      "/servers/alpha/try/chat",
      `/api/v1/servers/${a.alpha.id}/credentials`,
      `/api/v1/servers/${a.alpha2.id}/profiles`,
      "/servers/alpha2/profiles",
      "/api/v1/oauth-clients",
      "/settings/oauth-clients",
      "/connections",
      `/api/v1/servers/${a.alpha.id}`,
      "/api/v1/audit-events/export?format=json",
      "/servers/alpha/credentials",
      "/servers/alpha/profiles",
      "/settings/api-keys",
      "/settings/audit-log",
    ]) {
      const answer = await range().as(a.alice, at);
      expect([at, answer.status]).toEqual([at, 200]);
      expect([at, [...secrets, a.key].filter((one) => answer.text.includes(one))]).toEqual([at, []]);
    }
  });

  it("LK-09: nothing that is stored opens anything", async () => {
    const { db, a } = range();
    const [keys, records, sessions, invitations] = await Promise.all([
      db.apiKey.findMany(),
      db.oidcRecord.findMany({ take: 500 }),
      db.authSession.findMany(),
      db.invitation.findMany(),
    ]);
    const words = [
      ...keys.flatMap(({ hash, start, id }) => [String(hash), start, id]),
      ...records.flatMap(({ id, payload, uid }) => [id, payload.slice(0, 500), uid ?? ""]),
      ...sessions.map(({ id }) => id),
      ...invitations.map(({ tokenHash }) => String(tokenHash)),
    ].filter((word) => /^[A-Za-z0-9._~+/=-]+$/.test(word));
    expect(words.length).toBeGreaterThan(50);
    for (const word of words) {
      expect(await statusAt(range(), alpha(), word)).toBe(401);
      if (word.length < 60)
        expect(
          (await range().fetch("/api/v1/servers", { headers: { authorization: `Bearer ptk_${word}` } })).status,
        ).toBe(401);
    }
    for (const { id, model } of records.filter(({ model }) => model === "RefreshToken").slice(0, 30)) {
      const answer = await range().fetch("/oauth/token", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: id, client_id: "x" }).toString(),
      });
      expect([model, answer.status >= 400]).toEqual([model, true]);
    }
    expect(await statusAt(range(), alpha(), a.key)).toBe(200);
  });

  it("LK-10: no password is stored as it is typed, nor quickly hashed", async () => {
    const accounts = await range().db.account.findMany({ where: { providerId: "credential" } });
    expect(accounts.length).toBeGreaterThan(3);
    for (const { password } of accounts) {
      const [, memory, passes] =
        /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$[\w+/]{22}\$[\w+/]{43}$/.exec(password ?? "") ?? [];
      expect(Number(memory), String(password)).toBeGreaterThanOrEqual(19 * 1024);
      expect(Number(passes)).toBeGreaterThanOrEqual(2);
    }
    expect(new Set(accounts.map(({ password }) => password)).size).toBe(accounts.length);
  });

  it.each([
    "/.env",
    "/.git/config",
    "/package.json",
    "/.data/secret.key",
    "/_next/static/../../package.json",
    "/_next/static/..%2f..%2fpackage.json",
    "/debug",
    "/metrics",
    "/server.js.map",
    "/_next/static/chunks/main.js.map",
    "/json/version",
  ])("LK-14, LK-15: %s is not there", async (at) => {
    const answer = await range().fetch(at);
    expect(answer.text).not.toMatch(/"dependencies"|PORTICO_SECRET_KEY|"sourcesContent"|\[core\]/);
    expect([307, 400, 404]).toContain(answer.status);
  });

  it("LK-11: the time that a wrong API key takes does not tell how much of it is right", async () => {
    const { a, deps } = range();
    const wrong = (letters: number) => {
      const at = Math.min(letters, a.key.length - 1);
      const rest = randomBytes(64)
        .toString("base64url")
        .slice(0, a.key.length - at);
      // The first letter after the right ones is another one.
      return `${a.key.slice(0, at)}${rest[0] === a.key[at] ? (rest[0] === "A" ? "B" : "A") : rest[0]}${rest.slice(1)}`;
    };
    const time = async (key: string) => {
      const begun = process.hrtime.bigint();
      expect(await authenticateApiKey(deps, key)).toBeNull();
      return Number(process.hrtime.bigint() - begun);
    };
    const PAIRS = 2_000;
    let longer = 0;
    for (let pair = 0; pair < PAIRS + 50; pair++) {
      const [near, far] = [wrong(a.key.length - 1), wrong(4)];
      const isNearFirst = Math.random() < 0.5;
      const first = await time(isNearFirst ? near : far);
      const second = await time(isNearFirst ? far : near);
      // The first ones warm up. Side by side and in any order, whatever else the machine does falls on both alike.
      if (pair >= 50 && (isNearFirst ? first > second : second > first)) longer++;
    }
    // Five standard deviations of a coin.
    expect(Math.abs(longer / PAIRS - 0.5)).toBeLessThan(5 * (0.5 / Math.sqrt(PAIRS)));
  });

  it("LK-13: no other site is told where somebody comes from", async () => {
    for (const at of [
      "/",
      "/sign-in",
      "/connect/x",
      "/servers/alpha",
      "/connections",
      "/sso/callback?state=x&code=y",
    ]) {
      const answer = await range().as(range().a.alice, at);
      expect([at, answer.headers.get("referrer-policy")]).toEqual([
        at,
        expect.stringMatching(/^(same-origin|no-referrer)$/),
      ]);
    }
  });

  it("LK-19: who asks how it is learns nothing else", async () => {
    for (const at of ["/healthz", "/readyz", "/api/v1/health"]) {
      const { text } = await range().fetch(at);
      expect(text).not.toMatch(/acme|globex|\d+\.\d+\.\d+/);
    }
  });

  it("LK-20: a caller writes no line of its own into the log", async () => {
    const { a } = range();
    const mark = "forged-log-line";
    await rpc(range(), alpha(), a.key, "tools/call", { name: `x\r\n{"level":60,"msg":"${mark}"}\u001b[31m` });
    await range().fetch(`/mcp/acme/${encodeURIComponent(`x\r\n${mark}`)}`, { headers: { "user-agent": `\t${mark}` } });
    for (const line of logsOf(range()).split("\n")) {
      if (line.includes(mark)) expect(() => JSON.parse(line)).not.toThrow();
      expect(line).not.toContain("\u001b[31m");
    }
  });

  it("LK-01, LK-12: after all attacks no secret stands in any log, any answer, or the database", async () => {
    const { secrets, a, b } = range();
    const own = new Set([a.key, b.key, a.narrowKey]);
    const hidden = [...new Set([...secrets, ...own])].filter((secret) => secret.length >= 16);
    expect(hidden.length).toBeGreaterThan(20);
    const logs = logsOf(range());
    expect(logs.length).toBeGreaterThan(10_000);
    const stored = await dumpOf(range());
    expect(stored.length).toBeGreaterThan(10_000);
    const credentials = hidden.filter((secret) => secret.startsWith("secret-"));
    const heard = range().heard.join("\n");
    expect(hidden.filter((secret) => logs.includes(secret))).toEqual([]);
    expect(hidden.filter((secret) => stored.includes(secret))).toEqual([]);
    expect(credentials.filter((secret) => heard.includes(secret))).toEqual([]);
  });
}

/** All that the processes have written. */
function logsOf({ portico, secondGateway }: Range): string {
  const folder = path.join(portico.dataDir, "logs");
  const files = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), "utf8"));
  return [...files, portico.output(), secondGateway()].join("\n");
}

/** Every row of every table, as text. */
async function dumpOf({ databaseUrl }: Range): Promise<string> {
  const client = new PgClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ table_name: string; table_schema: string }>(
      `SELECT table_schema, table_name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const parts: string[] = [];
    for (const { table_schema, table_name } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `SELECT to_jsonb(t)::text AS row FROM "${table_schema}"."${table_name}" t LIMIT 5000`,
      );
      parts.push(...rows.map(({ row }) => row));
    }
    return parts.join("\n");
  } finally {
    await client.end();
  }
}
