import { randomBytes } from "node:crypto";
import {
  certificateEnd,
  discoverIdentityProvider,
  type GuardedFetch,
  IdentityProviderError,
  readSamlMetadata,
  type SamlProvider,
  type ServiceProvider,
} from "@portico/auth";
import { acrossOrganizations, isUniqueViolation, newId, type Prisma, type Tx } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx, Deps } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";

/** What a client secret is bound to: in another row it does not open. */
export function secretContext(providerId: string): string {
  return `sso-provider:${providerId}`;
}

/** Where providers send people back to; the client has to be registered with this address. */
export function ssoCallback({ publicUrl }: Pick<Deps, "publicUrl">): string {
  return `${publicUrl}/sso/callback`;
}

/** Where the proof of a domain stands in its DNS. */
const PROOF_HOST = "_portico";
const DOMAINS_MAX = 20;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** How an organization's identity provider speaks: OpenID Connect, or SAML 2.0. */
export type SsoKind = "oidc" | "saml";

/** What a provider has to be told of Portico. */
export interface SsoAddresses {
  /** For OpenID Connect. */
  redirectUri: string;
  /** For SAML: who we are to this organization's provider, and where it posts its answers to. The metadata says both. */
  saml: ServiceProvider & { metadataUrl: string };
}

/** What an organization's provider, of either kind, is told. */
export function ssoAddresses(ctx: Pick<Ctx, "publicUrl" | "organizationId">): SsoAddresses {
  const own = serviceProvider(ctx, ctx.organizationId);
  return { redirectUri: ssoCallback(ctx), saml: { ...own, metadataUrl: own.entityId } };
}

/** Portico to the SAML provider of an organization: under a name of each one's own, so that no answer for one is one for another. */
export function serviceProvider({ publicUrl }: Pick<Deps, "publicUrl">, organizationId: string): ServiceProvider {
  return { entityId: `${publicUrl}/sso/saml/${organizationId}`, callbackUrl: `${publicUrl}/sso/saml` };
}

export interface SsoView extends SsoAddresses {
  kind: SsoKind;
  /** Of SAML the entityID. */
  issuer: string;
  /** Of SAML "". */
  clientId: string;
  /** Of SAML: where people are sent. */
  entryPoint: string | null;
  /** Of SAML: until when each certificate is good that answers may be signed with. */
  certificates: { validTo: Date }[];
  domains: { domain: string; provedAt: Date | null; record: { name: string; value: string } }[];
  /** People of the proved domains come in this way only; owners may use their password. */
  isRequired: boolean;
  /** Whoever signs in and is no member yet becomes one, with this role. */
  joinsNew: boolean;
  role: "member" | "builder";
  /** When somebody last came in by it, as it is set now. */
  usedAt: Date | null;
}

/** The organization's single sign-on; null when it has none. The client secret is never shown. */
export async function getSso({ ctx }: Pick<Call<never>, "ctx">): Promise<SsoView | null> {
  authorize(ctx, "organization.manage");
  const row = await ctx.db.ssoProvider.findUnique({
    where: { organizationId: ctx.organizationId },
    include: { domains: { orderBy: { domain: "asc" } } },
  });
  if (!row) return null;
  const { issuer, clientId, entryPoint, isRequired, joinsNew, usedAt } = row;
  return {
    ...{ issuer, clientId, entryPoint, isRequired, joinsNew, usedAt, ...ssoAddresses(ctx) },
    kind: row.kind as SsoKind,
    certificates: row.certificates.map((pem) => ({ validTo: certificateEnd(pem) })),
    role: row.role as SsoView["role"],
    domains: row.domains.map(({ domain, provedAt, token }) => ({
      ...{ domain, provedAt },
      record: { name: `${PROOF_HOST}.${domain}`, value: `portico-verify=${token}` },
    })),
  };
}

const issuerSchema = z
  .url({ protocol: /^https?$/, error: "give the issuer as an https address" })
  .max(500)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname, search, hash, username } = new URL(text);
    const isLocal = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
    return (protocol === "https:" || isLocal) && !search && !hash && !username;
  }, "give the issuer as an https address without a query");

const METADATA_CHARS_MAX = 512 * 1024;

const schema = z
  .object({
    kind: z.enum(["oidc", "saml"]).default("oidc"),
    /** Of OpenID Connect. */
    issuer: issuerSchema.optional(),
    clientId: z.string().trim().min(1, "give the client's id").max(500).optional(),
    /** Left out: the one that is stored stays. */
    clientSecret: z.string().min(1).max(2_000).optional(),
    /** Of SAML: the provider's metadata, or the https address that it stands at. Left out: what is stored stays. */
    metadata: z.string().trim().min(1).max(METADATA_CHARS_MAX).optional(),
    domains: z
      .array(z.string().trim().toLowerCase().regex(DOMAIN, "use domains such as example.com"))
      .max(DOMAINS_MAX)
      .transform((list) => [...new Set(list)]),
    isRequired: z.boolean().default(false),
    joinsNew: z.boolean().default(true),
    role: z.enum(["member", "builder"]).default("member"),
  })
  .strict();
export type SsoInput = z.input<typeof schema>;
type ParsedInput = z.output<typeof schema>;

/** A provider as it is stored. */
export type StoredProvider = Pick<
  Prisma.SsoProviderGetPayload<object>,
  "id" | "kind" | "issuer" | "clientId" | "sealed" | "entryPoint" | "certificates"
>;

/** A stored provider of SAML. */
export function samlProvider({ issuer, entryPoint, certificates }: StoredProvider): SamlProvider {
  return { entityId: issuer, entryPoint: entryPoint ?? "", certificates };
}

/**
 * Sets the organization's identity provider. One of OpenID Connect is looked up first, by the guarded way out, and refused when it calls itself
 * something else; one of SAML is what its metadata says. Another provider has to be used once before it can be required. Requiring it signs
 * everybody of its domains out who is not an owner.
 */
export async function setSso({ ctx, input }: Call<SsoInput>, fetch: GuardedFetch): Promise<SsoView> {
  authorize(ctx, "organization.manage");
  const parsed = parseInput(schema, input);
  const { domains, isRequired, joinsNew, role } = parsed;
  const { organizationId } = ctx;
  const before = await ctx.db.ssoProvider.findUnique({ where: { organizationId }, include: { domains: true } });
  const id = before?.id ?? newId("ssoProvider");
  const provider = await (parsed.kind === "saml" ? samlWanted : oidcWanted)(ctx, { parsed, before, id }, fetch);
  const isUsed = before && isSameProvider(before, provider) ? before.usedAt : null;
  const proved = new Set(before?.domains.flatMap(({ domain, provedAt }) => (provedAt ? [domain] : [])));
  if (isRequired && !isUsed)
    throw refused("isRequired", "sign in with it once before everybody has to; it was not used as it is now");
  if (isRequired && !domains.some((domain) => proved.has(domain)))
    throw refused("isRequired", "prove one of the domains first");
  const data = { ...provider, isRequired, joinsNew, role, usedAt: isUsed };
  await ctx.db.$transaction(async (tx) => {
    await tx.ssoProvider.upsert({
      where: { organizationId },
      create: { id, organizationId, ...data },
      update: data,
    });
    await tx.ssoDomain.deleteMany({ where: { providerId: id, domain: { notIn: domains } } });
    for (const domain of domains)
      await tx.ssoDomain.upsert({
        where: { providerId_domain: { providerId: id, domain } },
        create: {
          ...{ id: newId("ssoDomain"), organizationId, providerId: id, domain },
          token: randomBytes(18).toString("base64url"),
        },
        update: {},
      });
    const { kind, issuer } = provider;
    await audit(tx, ctx, "sso.set", id, { kind, issuer, domains, isRequired });
    // A subject is somebody at one issuer only (OpenID Connect Core §2): at another, nobody is known by it.
    if (before && (before.issuer !== issuer || before.kind !== kind))
      await tx.account.deleteMany({ where: { providerId: accountProvider(id) } });
    // What was not proved may be anybody's domain.
    const own = domains.filter((domain) => proved.has(domain));
    if (isRequired && !before?.isRequired) await endOtherWaysIn(tx, organizationId, own);
  });
  return (await getSso({ ctx })) as SsoView;
}

type Wanted = Omit<StoredProvider, "id">;
interface Asked {
  parsed: ParsedInput;
  before: StoredProvider | null;
  id: string;
}

/** Whether a sign-in by the one says that the other works too. A secret that was given anew is sealed anew. */
function isSameProvider(before: StoredProvider, wanted: Wanted): boolean {
  return (
    before.kind === wanted.kind &&
    before.issuer === wanted.issuer &&
    before.clientId === wanted.clientId &&
    before.sealed === wanted.sealed &&
    before.entryPoint === wanted.entryPoint &&
    before.certificates.join() === wanted.certificates.join()
  );
}

async function oidcWanted(ctx: Ctx, { parsed, before, id }: Asked, fetch: GuardedFetch): Promise<Wanted> {
  const { issuer, clientId, clientSecret } = parsed;
  if (issuer === undefined) throw refused("issuer", "give the issuer as an https address");
  if (clientId === undefined) throw refused("clientId", "give the client's id");
  const isSame = before?.kind === "oidc" && before.issuer === issuer && before.clientId === clientId;
  // A secret goes to the provider that it was given for, and to no other.
  if (clientSecret === undefined && !isSame) throw refused("clientSecret", "give the secret of this client");
  const sealed = clientSecret === undefined ? (before?.sealed ?? "") : ctx.vault.seal(clientSecret, secretContext(id));
  const secret = clientSecret ?? ctx.vault.open(sealed, secretContext(id));
  await discover(fetch, { issuer, clientId, clientSecret: secret });
  return { kind: "oidc", issuer, clientId, sealed, entryPoint: null, certificates: [] };
}

async function samlWanted(ctx: Ctx, { parsed, before, id }: Asked, fetch: GuardedFetch): Promise<Wanted> {
  const kept = before?.kind === "saml" ? before : null;
  if (parsed.metadata === undefined && !kept)
    throw refused("metadata", "give the provider's metadata, or the https address that it stands at");
  const { entityId, entryPoint, certificates } =
    parsed.metadata === undefined
      ? samlProvider(kept as StoredProvider)
      : await inWords("metadata", async () => readSamlMetadata(await metadataOf(parsed.metadata ?? "", fetch)));
  const sealed = kept?.sealed ?? ctx.vault.seal("", secretContext(id));
  return { kind: "saml", issuer: entityId, clientId: "", sealed, entryPoint, certificates: [...certificates] };
}

/** The metadata itself, or what stands at its address. */
async function metadataOf(text: string, fetch: GuardedFetch): Promise<string> {
  if (!/^https?:\/\/\S+$/.test(text)) return text;
  const answer = await fetch(text).catch((cause) => {
    throw new IdentityProviderError("The metadata could not be read from its address.", { cause });
  });
  if (!answer.ok) throw new IdentityProviderError(`The metadata's address answers ${answer.status}.`);
  return answer.text();
}

async function inWords<Value>(field: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof IdentityProviderError) throw refused(field, error.message.replace(/\.$/, ""));
    throw error;
  }
}

/** Ends the sessions of everybody of these proved domains but the owners: they begin the next one by the provider. */
async function endOtherWaysIn(tx: Tx, organizationId: string, domains: readonly string[]): Promise<void> {
  const people = await tx.user.findMany({
    where: {
      OR: domains.map((domain) => ({ email: { endsWith: `@${domain}` } })),
      members: { none: { organizationId, role: "owner" } },
    },
    select: { id: true },
  });
  await tx.authSession.deleteMany({ where: { userId: { in: people.map(({ id }) => id) } } });
}

async function discover(fetch: GuardedFetch, provider: Parameters<typeof discoverIdentityProvider>[1]): Promise<void> {
  try {
    await discoverIdentityProvider(fetch, provider);
  } catch (error) {
    if (!(error instanceof IdentityProviderError)) throw error;
    throw refused(
      "issuer",
      `${error.message.replace(/\.$/, "")}: its configuration has to be at ${provider.issuer.replace(/\/$/, "")}/.well-known/openid-configuration and name this very issuer`,
    );
  }
}

/** Ends single sign-on. People keep their accounts, and come in by password, passkey or mail again. */
export async function removeSso({ ctx }: Pick<Call<never>, "ctx">): Promise<void> {
  authorize(ctx, "organization.manage");
  await ctx.db.$transaction(async (tx) => {
    const [gone] = await tx.ssoProvider.findMany({
      where: { organizationId: ctx.organizationId },
      select: { id: true },
    });
    if (!gone) throw notFound("single sign-on");
    await tx.ssoProvider.delete({ where: { id: gone.id } });
    await tx.account.deleteMany({ where: { providerId: accountProvider(gone.id) } });
    await audit(tx, ctx, "sso.remove", gone.id);
  });
}

/** How an account at the provider is named among a person's ways in. */
export function accountProvider(providerId: string): string {
  return `sso:${providerId}`;
}

/** What proves domains. */
export interface DomainProof {
  /** The TXT records of a name, each in its pieces (`node:dns`). */
  resolveTxt: (name: string) => Promise<string[][]>;
  /** Where one organization has the installation to itself, its owners may be believed (PORTICO_SSO_TRUST_DOMAINS). */
  isTrusted: boolean;
}

/**
 * Looks for the proofs of the domains that have none yet; says which are still missing. Where single sign-on is required already, it is of a
 * domain's people from its proof on.
 */
export async function proveSsoDomains(
  { ctx }: Pick<Call<never>, "ctx">,
  { resolveTxt, isTrusted }: DomainProof,
): Promise<{ missing: string[] }> {
  authorize(ctx, "organization.manage");
  const rows = await ctx.db.ssoDomain.findMany({ where: { organizationId: ctx.organizationId, provedAt: null } });
  const missing: string[] = [];
  for (const { id, domain, token } of rows) {
    if (isTrusted && (await markProved(ctx, id, domain, { isTrusted }))) continue;
    const records = await resolveTxt(`${PROOF_HOST}.${domain}`).catch(() => []);
    const isProved = records.some((pieces) => pieces.join("") === `portico-verify=${token}`);
    if (isProved && (await markProved(ctx, id, domain, { isTrusted: false }))) continue;
    missing.push(domain);
  }
  return { missing };
}

/** False when a domain was to be trusted that is not, for there are other organizations. */
async function markProved(
  ctx: Ctx,
  id: string,
  domain: string,
  { isTrusted }: { isTrusted: boolean },
): Promise<boolean> {
  try {
    return await ctx.db.$transaction(async (tx) => {
      if (isTrusted && !(await isOnlyOrganization(tx))) return false;
      const { provider } = await tx.ssoDomain.update({
        where: { id },
        data: { provedAt: new Date(), isTrusted },
        select: { provider: { select: { isRequired: true } } },
      });
      await audit(tx, ctx, "sso.prove", id, { domain });
      if (provider.isRequired) await endOtherWaysIn(tx, ctx.organizationId, [domain]);
      return true;
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError(
        "conflict",
        `${domain} is another organization's here. An owner of it has to remove it there first.`,
      );
    throw error;
  }
}

/** Nobody makes another one until this transaction is over. */
async function isOnlyOrganization(tx: Tx): Promise<boolean> {
  await lockOrganizations(tx);
  return (await acrossOrganizations(tx, () => tx.organization.count())) === 1;
}

async function lockOrganizations(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('portico organizations'))`;
}

/**
 * Takes back what was proved by nothing but being the only organization, within the transaction that makes another one: from then on any of
 * them could claim any domain. DNS proves it again.
 */
export async function endTrust(tx: Tx, ctx: Ctx): Promise<void> {
  await lockOrganizations(tx);
  await acrossOrganizations(tx, async () => {
    const trusted = await tx.ssoDomain.updateManyAndReturn({
      where: { isTrusted: true },
      data: { provedAt: null, isTrusted: false },
    });
    for (const { id, organizationId, domain } of trusted)
      await audit(tx, { ...ctx, organizationId, actor: { type: "system" } }, "sso.unprove", id, { domain });
  });
}

function refused(field: string, message: string): AppError {
  return new AppError("invalid_input", `${field}: ${message}`, { issues: [{ field, message }] });
}
