import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { authenticateApiKey, joinByInvitation, resetPassword } from "@portico/services";
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
    const key = ({ headers }: { headers: object }) => String((headers as Record<string, unknown>)["x-key"]);
    const spellings = (text: string) => {
      const bytes = Buffer.from(text);
      return [text, bytes.toString("base64"), bytes.toString("base64url"), encodeURIComponent(text)];
    };
    for (const status of [200, 400, 500]) {
      upstream.answer = (request) => ({
        status,
        body: { headers: request.headers, again: [`key=${key(request)}`, ...spellings(key(request))] },
      });
      const answer = await callTool(range(), alpha(), a.key, "listThings");
      expect(upstream.requests.at(-1)?.headers["x-key"]).toBe(secret);
      expect(answer.status).toBe(200);
      expect(answer.text).toContain("[hidden]");
      expect(spellings(secret).filter((spelling) => answer.text.includes(spelling.replace(/=+$/, "")))).toEqual([]);
    }
    upstream.answer = () => ({ status: 200, body: { ok: true } });
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
    const { a, databaseUrl } = range();
    await range().connect(a.alice, alpha());
    const words = await storedWords(databaseUrl);
    expect(words.size).toBeGreaterThan(150);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const tokenAnswer = (fields: Record<string, string>) =>
      range().fetch("/oauth/token", { method: "POST", headers: form, body: new URLSearchParams(fields).toString() });
    const client = (await range().db.oidcRecord.findFirstOrThrow({ where: { model: "Client" } })).id;
    const cookies = a.alice.browser.cookie().split("; ");
    const json = { "content-type": "application/json", origin: range().url };
    const doors: Record<string, (word: string) => Promise<{ status: number; text: string }>> = {
      "an access token": (word) => rpc(range(), alpha(), word),
      "an API key": (word) => range().fetch("/api/v1/servers", { headers: { authorization: `Bearer ptk_${word}` } }),
      "a code": (word) =>
        tokenAnswer({
          ...{ grant_type: "authorization_code", code: word, client_id: client, code_verifier: "v".repeat(43) },
          redirect_uri: "http://127.0.0.1:39871/callback",
        }),
      "a refresh token": (word) => tokenAnswer({ grant_type: "refresh_token", refresh_token: word, client_id: client }),
      "a device code": (word) =>
        tokenAnswer({
          ...{ grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: word, client_id: client },
        }),
      "a client's secret": (word) =>
        tokenAnswer({ grant_type: "client_credentials", client_id: client, client_secret: word }),
      "a cookie": (word) => {
        const cookie = cookies.map((one) => `${one.split("=")[0]}=${word}`).join("; ");
        return range().fetch("/api/auth/get-session", { headers: { cookie } });
      },
      "a mailed link": (word) =>
        range().fetch(`/api/auth/magic-link/verify?token=${encodeURIComponent(word)}`, { headers: json }),
    };
    expect((await range().as(a.alice, "/api/auth/get-session")).text).toContain(a.alice.email);
    const opened: string[] = [];
    for (const [word, at] of words)
      for (const [what, open] of Object.entries(doors)) {
        const { status, text } = await open(encodeURIComponent(word) === word ? word : encodeURIComponent(word));
        // A session that is none is answered with null, and a link that is none leads to the page that says so.
        const isClosed =
          status >= 400
            ? status < 500
            : what === "a cookie"
              ? text === "null" || text === ""
              : what === "a mailed link" && status >= 300;
        if (!isClosed) opened.push(`${at} as ${what}: ${status} ${text.slice(0, 80)}`);
      }
    expect(opened).toEqual([]);
    for (const invitation of await range().db.invitation.findMany())
      for (const word of [invitation.id, invitation.tokenHash ?? "-", invitation.mailedTokenHash ?? "-"])
        await expect(
          joinByInvitation(range().deps, { token: word, name: "Mallory", password: "a password of hers" }),
        ).rejects.toMatchObject({ code: "precondition_failed" });
    for (const { identifier, value } of await range().db.verification.findMany())
      for (const word of [identifier, value])
        await expect(
          resetPassword(range().deps, { token: word, password: "a password of hers" }),
        ).rejects.toMatchObject({ code: expect.stringMatching(/precondition_failed|invalid_input/) });
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

  searchForLeaks(range);
}

/** What comes last of all: a look at everything that the attacks left behind. */
export function searchForLeaks(range: () => Range): void {
  it("LK-01, LK-12: after all attacks no secret stands in any log, any answer, the database or Redis", async () => {
    const { secrets, a, b } = range();
    const own = new Set([a.key, b.key, a.narrowKey]);
    const hidden = [...new Set([...secrets, ...own])].filter((secret) => secret.length >= 16);
    expect(hidden.length).toBeGreaterThan(20);
    const logs = logsOf(range());
    expect(logs.length).toBeGreaterThan(10_000);
    const stored = await dumpOf(range());
    expect(stored.length).toBeGreaterThan(10_000);
    const shared = (await range().redis?.dump()) ?? "";
    const credentials = hidden.filter((secret) => secret.startsWith("secret-"));
    const heard = range().heard.join("\n");
    expect(hidden.filter((secret) => logs.includes(secret))).toEqual([]);
    expect(hidden.filter((secret) => stored.includes(secret))).toEqual([]);
    expect(hidden.filter((secret) => shared.includes(secret))).toEqual([]);
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

/** How many values of a column are tried: those of one column are made alike. */
const WORDS_OF_A_COLUMN = 6;

/** Words of every text column of every table, each with where it stands. */
async function storedWords(databaseUrl: string): Promise<Map<string, string>> {
  const client = new PgClient({ connectionString: databaseUrl });
  await client.connect();
  const words = new Map<string, string>();
  const { rows: columns } = await client.query<{ table: string; column: string }>(
    `SELECT c.relname AS table, a.attname AS column FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN ('text'::regtype, 'varchar'::regtype)`,
  );
  for (const { table, column } of columns) {
    const { rows } = await client.query<{ word: string }>(
      `SELECT DISTINCT "${column}" AS word FROM "${table}"
       WHERE "${column}" ~ '^[A-Za-z0-9._~+/=$-]+$' AND length("${column}") BETWEEN 8 AND 4000 LIMIT $1`,
      [WORDS_OF_A_COLUMN],
    );
    for (const { word } of rows) words.set(word, `${table}.${column}`);
  }
  await client.end();
  return words;
}
