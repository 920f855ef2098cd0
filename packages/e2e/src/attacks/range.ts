import { randomBytes } from "node:crypto";
import type { Db } from "@portico/db";
import { createTestDatabase } from "@portico/db/testing";
import {
  type ApiKeyScope,
  actIn,
  type Ctx,
  createApiKey,
  createInvitation,
  createOAuthClient,
  createProfile,
  createTeam,
  type Deps,
  fillInFields,
  grantAccess,
  inviteGuest,
  joinByInvitation,
  openDeps,
  type Role,
  setProfileValue,
} from "@portico/services";
import { Browser, consent, type OAuthClient, redeem, register, signIn, type Tokens } from "../oauth-client.ts";
import { freePort, owner, type Portico, startPortico, waitFor } from "../portico.ts";
import { type Recorder, startRecorder } from "../recorder.ts";
import { type RedisServer, startRedisServer } from "../redis.ts";
import { startGatewayBeside } from "../second-gateway.ts";
import { startProxy } from "../two-processes.ts";

/** In everything that belongs to the first organization; nothing that the second one sees may have it. */
export const CANARY = "cnry-a";
export const PASSWORD = "correct horse battery staple";

/** A person of the range, signed in. */
export interface Person {
  id: string;
  email: string;
  browser: Browser;
}

/** A published server with all that belongs to it. */
export interface Target {
  id: string;
  slug: string;
  documentId: string;
  mcpUrl: string;
}

export interface Tenant {
  id: string;
  slug: string;
  ctx: Ctx;
  /** May read, write and call. */
  key: string;
  keyId: string;
}

/** One installation of two organizations, served by two gateways that take turns at one address. */
export interface Range {
  url: string;
  portico: Portico;
  /** All that the gateway beside it has printed. */
  secondGateway: () => string;
  /** What both gateways share beside the database; without it they share that in the database too. */
  redis: RedisServer | undefined;
  db: Db;
  databaseUrl: string;
  deps: Deps;
  /** The API behind every server; it keeps all that reaches it. */
  upstream: Recorder;
  /** Values that nobody may ever see again. */
  secrets: string[];
  /** All that anybody was answered. */
  heard: string[];
  a: Tenant & {
    alice: Person;
    /** A member, a builder and an admin. */
    amy: Person;
    ben: Person;
    adam: Person;
    narrowKey: string;
    alpha: Target;
    alpha2: Target;
    teamId: string;
    invitationId: string;
    grantId: string;
  };
  b: Tenant & { bob: Person; beta: Target };
  /** The owner of a third organization, where whatever happens to her matters to nobody. */
  mallory: Person;
  /** Another one like her, of an organization of her own. */
  makeStranger(): Promise<Person>;
  /** One request, from a network of its own unless it names one. */
  fetch(path: string, init?: RequestInit): Promise<Heard>;
  /** The same as somebody who is signed in, from a page of ours. */
  as(person: Person, path: string, init?: RequestInit): Promise<Heard>;
  /** A client that a person has connected to a server. */
  connect(person: Person, mcpUrl: string): Promise<{ client: OAuthClient; tokens: Tokens }>;
  stop(): Promise<void>;
}

export interface Heard {
  status: number;
  headers: Headers;
  text: string;
}

let networks = 0;
/** An address that nobody came from before: what is counted by network is counted anew. */
export const newNetwork = () => `198.18.${(++networks >> 8) & 255}.${networks & 255}`;

export async function startRange({ withRedis = false } = {}): Promise<Range> {
  const database = await createTestDatabase();
  const stops: (() => unknown)[] = [() => database.drop()];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const upstream = await startRecorder();
    stops.push(upstream.stop);
    const redis = withRedis ? await startRedisServer() : undefined;
    if (redis) stops.push(redis.stop);
    const [port, first, second] = [await freePort(), await freePort(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const secretKey = randomBytes(32).toString("base64url");
    const env = {
      DATABASE_URL: database.url,
      PORTICO_URL: url,
      PORTICO_SECRET_KEY: secretKey,
      PORTICO_EGRESS_ALLOW: "127.0.0.0/8",
      PORTICO_TRUSTED_PROXIES: "127.0.0.1",
      ...(redis ? { REDIS_URL: redis.url } : {}),
    };
    const portico = await startPortico({ env: { ...env, PORT: String(first) } });
    stops.push(portico.stop);
    const gateway = await startGatewayBeside(portico, { ...env, PORT: String(second) });
    stops.push(gateway.stop);
    const proxy = await startProxy(port, [`http://127.0.0.1:${first}`, `http://127.0.0.1:${second}`]);
    stops.push(() => {
      proxy.close();
      proxy.closeAllConnections();
    });
    const deps = openDeps({
      databaseUrl: database.url,
      redisUrl: redis?.url,
      secretKeys: [secretKey],
      publicUrl: url,
      connectionsMax: 3,
    });
    stops.push(() => deps.close());
    return await furnish({
      url,
      portico,
      secondGateway: gateway.output,
      redis,
      databaseUrl: database.url,
      deps,
      upstream,
      stop,
    });
  } catch (error) {
    await stop();
    throw error;
  }
}

type Bare = Pick<Range, "url" | "portico" | "secondGateway" | "redis" | "databaseUrl" | "deps" | "upstream" | "stop">;

/** Two organizations with people, keys, teams and servers. */
async function furnish(bare: Bare): Promise<Range> {
  const { url, deps } = bare;
  const { db } = deps;
  const heard: string[] = [];
  const secrets: string[] = [];

  async function request(path: string, init: RequestInit = {}): Promise<Heard> {
    const headers = { "x-forwarded-for": newNetwork(), ...(init.headers as Record<string, string>) };
    const answer = await fetch(url + path, { redirect: "manual", ...init, headers });
    const text = await answer.text();
    heard.push(`${[...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n")}\n\n${text}`);
    return { status: answer.status, headers: answer.headers, text };
  }
  const as = ({ browser }: Person, path: string, init: RequestInit = {}) =>
    request(path, {
      ...init,
      headers: { origin: url, cookie: browser.cookie(path), ...(init.headers as Record<string, string>) },
    });

  const alice = await findAlice(bare);
  const acme = await db.member.findFirstOrThrow({ where: { userId: alice.id }, include: { organization: true } });
  const actor = { type: "user" as const, id: alice.id, role: "owner" as const };
  await db.organization.update({ where: { id: acme.organizationId }, data: { name: `Acme ${CANARY}` } });
  await db.user.update({ where: { id: alice.id }, data: { name: `Alice ${CANARY}` } });
  const ctxA = actIn(deps, { organizationId: acme.organizationId, actor });

  const globex = await db.organization.create({ data: { id: "org_globex", name: "Globex", slug: "globex" } });
  const ctxB = actIn(deps, { organizationId: globex.id, actor: { type: "system" } });
  const join = (ctx: Ctx, email: string, role: Role, name: string) => joinAs(bare, ctx, { email, role, name });
  const [amy, ben, adam, bob] = [
    await join(ctxA, `amy-${CANARY}@example.com`, "member", `Amy ${CANARY}`),
    await join(ctxA, `ben-${CANARY}@example.com`, "builder", `Ben ${CANARY}`),
    await join(ctxA, `adam-${CANARY}@example.com`, "admin", `Adam ${CANARY}`),
    await join(ctxB, "bob@example.com", "owner", "Bob"),
  ];
  let strangers = 0;
  async function makeStranger(): Promise<Person> {
    const name = `mallory-${++strangers}`;
    const slug = `initech-${name}`;
    const { id } = await db.organization.create({ data: { id: `org_${slug}`, name: "Initech", slug } });
    const ctx = actIn(deps, { organizationId: id, actor: { type: "system" } });
    return join(ctx, `${name}@example.com`, "owner", "Mallory");
  }
  const mallory = await makeStranger();
  ctxB.actor = { type: "user", id: bob.id, role: "owner" };

  const keyOf = async (ctx: Ctx, name: string, scopes?: ApiKeyScope[]) => {
    const made = await createApiKey({ ctx, input: { name, ...(scopes ? { scopes } : {}) } });
    secrets.push(made.key);
    return made;
  };
  const [keyA, narrow, keyB] = [
    await keyOf(ctxA, `key ${CANARY}`),
    await keyOf(ctxA, `narrow ${CANARY}`, ["call"]),
    await keyOf(ctxB, "key"),
  ];

  async function publishAs(key: string, slug: string, mark: string): Promise<Target> {
    const secret = `secret-${mark}-${randomBytes(12).toString("hex")}`;
    secrets.push(secret);
    const answer = await request("/api/v1/publish", {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({
        source: { content: thingsDocument(bare.upstream.url, mark) },
        slug,
        title: `Server ${mark}`,
        select: "all",
        credentials: { key: { type: "apiKey", value: secret } },
      }),
    });
    if (answer.status !== 200) throw new Error(`Not published: ${answer.status} ${answer.text}`);
    const { server } = JSON.parse(answer.text) as { server: { id: string; mcpUrl: string } };
    const { documentId } = await db.serverDocument.findFirstOrThrow({ where: { serverId: server.id } });
    return { ...server, slug, documentId };
  }
  const alpha = await publishAs(keyA.key, "alpha", CANARY);
  const alpha2 = await publishAs(keyA.key, "alpha2", CANARY);
  const beta = await publishAs(keyB.key, "beta", "b");

  const amyMember = await db.member.findFirstOrThrow({ where: { userId: amy.id } });
  const team = await createTeam({ ctx: ctxA, input: { name: `Team ${CANARY}`, memberIds: [amyMember.id] } });
  const invitation = await createInvitation({
    ctx: ctxA,
    input: { email: `open-${CANARY}@example.com`, role: "member" },
  });
  secrets.push(invitation.url.split("#")[1] ?? "");
  const grant = await grantAccess({
    ctx: ctxA,
    input: { serverId: alpha2.id, to: { email: `friend-${CANARY}@example.com` }, tools: "reading" },
  });
  const guest = await inviteGuest({ ctx: ctxA, input: { serverId: alpha2.id, grantId: grant.id } });
  secrets.push(guest.url.split("#")[1] ?? "");

  // Of every kind of secret that is given to Portico, one that nobody may see again.
  const plant = (what: string) => {
    const secret = `secret-${what}-${randomBytes(12).toString("hex")}`;
    secrets.push(secret);
    return secret;
  };
  const profileOf = (name: string, holder: "organization" | "person") =>
    createProfile({
      ctx: ctxA,
      input: { serverId: alpha2.id, name: `${name} ${CANARY}`, settings: { fields: { "credential:key": holder } } },
    });
  const [shared, own] = [await profileOf("Shared", "organization"), await profileOf("Own", "person")];
  const value = (what: string) => ({ type: "apiKey" as const, value: plant(what) });
  await setProfileValue({
    ctx: ctxA,
    input: { serverId: alpha2.id, id: shared.id, field: "credential:key", value: value("shared") },
  });
  await fillInFields(
    { ...deps, userId: amy.id },
    { resource: alpha2.mcpUrl, profileId: own.id, values: { "credential:key": value("own") } },
  );
  const machine = await createOAuthClient({ ctx: ctxA, input: { kind: "machine", name: `Machine ${CANARY}` } });
  if (machine.clientSecret) secrets.push(machine.clientSecret);

  return {
    ...bare,
    db,
    secrets,
    heard,
    a: {
      id: acme.organizationId,
      slug: acme.organization.slug,
      ctx: ctxA,
      key: keyA.key,
      keyId: keyA.id,
      narrowKey: narrow.key,
      alice,
      amy,
      ben,
      adam,
      alpha,
      alpha2,
      teamId: team.id,
      invitationId: invitation.id,
      grantId: grant.id,
    },
    b: { id: globex.id, slug: globex.slug, ctx: ctxB, key: keyB.key, keyId: keyB.id, bob, beta },
    mallory,
    makeStranger,
    fetch: request,
    as,
    async connect({ browser }, mcpUrl) {
      const client = await register(mcpUrl, { "x-forwarded-for": newNetwork() });
      const code = (await consent(browser, client)).get("code") ?? "";
      const tokens = (await (await redeem(client, code)).json()) as Tokens;
      secrets.push(tokens.access_token, tokens.refresh_token, code);
      return { client, tokens };
    },
  };
}

async function findAlice({ url, deps }: Bare): Promise<Person> {
  const { id, email } = await deps.db.user.findFirstOrThrow();
  const browser = new Browser({ "x-forwarded-for": newNetwork() });
  await signIn(browser, url, { email, password: owner.password });
  return { id, email, browser };
}

async function joinAs(
  { url, deps }: Bare,
  ctx: Ctx,
  { email, role, name }: { email: string; role: Role; name: string },
): Promise<Person> {
  const invitation = await createInvitation({ ctx, input: { email, role } });
  const token = invitation.url.split("#")[1] ?? "";
  await joinByInvitation(deps, { token, name, password: PASSWORD });
  const browser = new Browser({ "x-forwarded-for": newNetwork() });
  await signIn(browser, url, { email, password: PASSWORD });
  const { id } = await deps.db.user.findUniqueOrThrow({ where: { email } });
  return { id, email, browser };
}

/** An API that reads, writes and destroys, behind a key. */
export function thingsDocument(url: string, mark: string): string {
  const operation = (operationId: string, more: object = {}) => ({
    operationId,
    summary: `${operationId} ${mark}`,
    responses: { 200: { description: "ok" } },
    ...more,
  });
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: `Things ${mark}`, version: "1" },
    servers: [{ url }],
    security: [{ key: [] }],
    paths: {
      "/things": {
        get: operation("listThings", { parameters: [{ name: "tag", in: "query", schema: { type: "string" } }] }),
        post: operation("addThing", {
          requestBody: { content: { "application/json": { schema: { type: "object", additionalProperties: true } } } },
        }),
      },
      "/things/{id}": {
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        get: operation("getThing"),
        delete: operation("deleteThing"),
      },
    },
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  });
}

/** What both gateways answer once they have heard of a change, which takes them at most a second. */
export async function everywhere(claim: () => Promise<boolean>, timeoutMs = 1_000): Promise<void> {
  // The proxy gives each next request to the other one.
  await waitFor(async () => (await claim()) && (await claim()), timeoutMs);
}
