import { createHash, randomBytes } from "node:crypto";
import {
  beginAtProvider,
  beginAtSamlProvider,
  type Claims,
  discoverIdentityProvider,
  endAtProvider,
  endAtSamlProvider,
  type GuardedFetch,
  IdentityProviderError,
  type SamlChecks,
  type SignInChecks,
} from "@portico/auth";
import { isUniqueViolation, newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import { actIn, type Ctx, type Deps } from "../context.ts";
import { AppError } from "../error.ts";
import { claimAccount } from "../person/claim-account.ts";
import {
  accountProvider,
  type StoredProvider,
  samlProvider,
  secretContext,
  serviceProvider,
  ssoCallback,
} from "./provider.ts";

/** Why a sign-in by a provider is refused, in words for whoever tried it. */
export const SSO_REFUSALS = {
  stale: "This sign-in was not begun in this browser, was used already, or took more than ten minutes. Start it again.",
  provider: "Your organization's sign-in did not answer as it has to. Try again, or tell whoever runs it.",
  address: "Your organization's sign-in gave no e-mail address. Whoever runs it has to let Portico see yours.",
  unverified: "Your organization's sign-in does not know yet that the e-mail address is yours. Confirm it there first.",
  domain:
    "Your organization's sign-in gave an e-mail address of a domain that was not proved to be the organization's.",
  owner:
    "The account with this address owns an organization. Sign in to it another way, and then come back here in the same browser: that connects the two.",
  member: "You are no member of this organization yet. Ask an owner or admin of it for an invitation.",
} as const;
export type SsoRefusal = keyof typeof SSO_REFUSALS;

function refusal(reason: SsoRefusal): AppError {
  return new AppError("precondition_failed", SSO_REFUSALS[reason], { reason });
}

/** How long somebody may take at their provider. */
export const SSO_MINUTES = 10;
const SSO_MS = SSO_MINUTES * 60_000;

/** An organization that people can sign in with. */
export interface SsoOrganization {
  name: string;
  isRequired: boolean;
}

/** Whether anybody can sign in by an organization's provider at all. */
export async function hasSso({ db }: Pick<Deps, "db">): Promise<boolean> {
  return (await db.ssoProvider.count()) > 0;
}

/** The organization whose proved domain an address is of. It follows from the domain alone: nothing is told of the address itself. */
export async function findSso({ db }: Pick<Deps, "db">, email: string): Promise<SsoOrganization | null> {
  const row = await findByDomain(db, email);
  return row ? { name: row.organization.name, isRequired: row.isRequired } : null;
}

function domainOf(email: string): string {
  return email.trim().toLowerCase().split("@").at(-1) ?? "";
}

async function findByDomain(db: Deps["db"], email: string) {
  if (!email.includes("@")) return null;
  const row = await db.ssoDomain.findFirst({
    where: { domain: domainOf(email), provedAt: { not: null } },
    include: { provider: { include: { organization: { select: { name: true } } } } },
  });
  return row?.provider ?? null;
}

/**
 * Whether a person has to come in by their organization's provider: it requires that of their domain, and they are none of its owners. Who owns
 * another organization has to only once they have connected the two themselves.
 */
export async function mustUseSso({ db }: Pick<Deps, "db">, userId: string): Promise<boolean> {
  const user = await db.user.findUnique({ where: { id: userId }, select: { email: true } });
  const provider = user && (await findByDomain(db, user.email));
  if (!provider?.isRequired) return false;
  const owned = await db.member.findMany({ where: { userId, role: "owner" }, select: { organizationId: true } });
  if (owned.length === 0) return true;
  if (owned.some(({ organizationId }) => organizationId === provider.organizationId)) return false;
  return (await db.account.count({ where: { userId, providerId: accountProvider(provider.id) } })) > 0;
}

/** What is remembered while the person is away. */
interface Pending {
  providerId: string;
  /** What the provider was when it was asked: an answer for another one does not count. */
  provider: string;
  checks: ({ kind: "oidc" } & SignInChecks) | ({ kind: "saml" } & SamlChecks);
  /** Hash of what only this browser has (its cookie): an answer that was got elsewhere signs nobody in here. */
  browser: string;
  /** Who was signed in here when it began. */
  userId: string | null;
  next: string;
}

const hashOf = (text: string) => createHash("sha256").update(text).digest("base64url");
const keyOf = (state: string) => `sso:${hashOf(state)}`;

const beginSchema = z.object({
  /** An address of one of the domains. */
  email: z.email().max(320).toLowerCase(),
  next: z.string().max(2_000),
});

/**
 * Begins a sign-in at the provider of an address's domain, or of the organization that an admin tries it for. Gives where to send the browser,
 * and what its cookie has to hold when it comes back. OpenID Connect Core §3.1.2.1, with PKCE (RFC 7636) and a nonce.
 */
export async function beginSso(
  deps: Deps,
  input: { next: string; browser?: string | undefined; userId?: string | undefined } & (
    | { email: string }
    | { ctx: Ctx }
  ),
  fetch: GuardedFetch,
): Promise<{ url: string; browser: string }> {
  const email = "email" in input ? beginSchema.safeParse(input).data?.email : undefined;
  if ("ctx" in input) authorize(input.ctx, "organization.manage");
  const row =
    "ctx" in input
      ? await deps.db.ssoProvider.findUnique({ where: { organizationId: input.ctx.organizationId } })
      : email
        ? await findByDomain(deps.db, email)
        : null;
  if (!row) throw new AppError("not_found", "No organization signs in addresses like this one. Use your password.");
  const { url, state, checks } = await ofProvider(() => beginAt(deps, row, email, fetch));
  // Two sign-ins may be under way in one browser.
  const browser = input.browser || randomBytes(32).toString("base64url");
  const pending: Pending = {
    ...{ providerId: row.id, checks, browser: hashOf(browser), userId: input.userId ?? null, next: input.next },
    provider: fingerprint(row),
  };
  const key = keyOf(state);
  await deps.state.set(key, deps.vault.seal(JSON.stringify(pending), key), SSO_MS);
  return { url, browser };
}

/** What only the provider of an organization can answer, and where to ask it. */
async function beginAt(
  deps: Pick<Deps, "vault" | "publicUrl">,
  row: StoredProvider & { organizationId: string },
  email: string | undefined,
  fetch: GuardedFetch,
): Promise<{ url: string; state: string; checks: Pending["checks"] }> {
  if (row.kind === "saml") {
    const state = randomBytes(32).toString("base64url");
    const { url, checks } = await beginAtSamlProvider(
      samlProvider(row),
      serviceProvider(deps, row.organizationId),
      state,
    );
    return { url, state, checks: { kind: "saml", ...checks } };
  }
  const clientSecret = deps.vault.open(row.sealed, secretContext(row.id));
  const configuration = await discoverIdentityProvider(fetch, { ...row, clientSecret });
  const { url, checks } = await beginAtProvider(configuration, { redirectUri: ssoCallback(deps), email });
  return { url, state: checks.state, checks: { kind: "oidc", ...checks } };
}

/** Which provider a row is at the moment. */
function fingerprint({ kind, issuer, clientId, sealed, entryPoint, certificates }: StoredProvider): string {
  return hashOf(JSON.stringify([kind, issuer, clientId, sealed, entryPoint, certificates]));
}

/** How long an answer that was posted is kept for the browser that comes for it. */
const POSTED_MS = 120_000;
/** An answer with a certificate and a hundred groups has less. */
const POSTED_CHARS_MAX = 700_000;
const postedKey = (handle: string) => `sso-posted:${hashOf(handle)}`;

/**
 * Keeps what a SAML provider had a browser post, for the step after: a post from another site comes without our cookie, and counts for nobody.
 * Gives the query of the address to send the browser on to, or null for an answer that nobody waits for.
 */
export async function keepPostedAnswer(
  deps: Deps,
  { response, state }: { response: string; state: string },
): Promise<string | null> {
  if (response === "" || response.length > POSTED_CHARS_MAX || state.length > 200) return null;
  const sealed = await deps.state.get(keyOf(state));
  if (!sealed) return null;
  const { checks } = JSON.parse(deps.vault.open(sealed, keyOf(state))) as Pending;
  if (checks.kind !== "saml") return null;
  // One for each sign-in: nobody fills the store with answers.
  if (!(await deps.state.setIfAbsent(`${keyOf(state)}:posted`, "1", SSO_MS))) return null;
  const handle = randomBytes(32).toString("base64url");
  const key = postedKey(handle);
  await deps.state.set(key, deps.vault.seal(response, key), POSTED_MS);
  return new URLSearchParams({ state, posted: handle }).toString();
}

async function takePostedAnswer(deps: Deps, answer: URL): Promise<string> {
  const key = postedKey(answer.searchParams.get("posted") ?? "");
  const sealed = await deps.state.get(key);
  if (!sealed) throw refusal("stale");
  await deps.state.delete(key);
  return deps.vault.open(sealed, key);
}

/** Who came back, as their provider says. */
async function endAt(
  deps: Deps,
  { row, checks, answer }: { row: ProviderRow; checks: Pending["checks"]; answer: URL },
  fetch: GuardedFetch,
): Promise<Claims> {
  if (checks.kind === "saml") {
    const response = await takePostedAnswer(deps, answer);
    return endAtSamlProvider(samlProvider(row), serviceProvider(deps, row.organizationId), { response, checks });
  }
  const clientSecret = deps.vault.open(row.sealed, secretContext(row.id));
  const configuration = await discoverIdentityProvider(fetch, { ...row, clientSecret });
  return endAtProvider(configuration, { answer, checks });
}

async function ofProvider<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof IdentityProviderError)
      throw new AppError("precondition_failed", `${SSO_REFUSALS.provider} ${error.message}`, { reason: "provider" });
    throw error;
  }
}

/**
 * Ends a sign-in: who came back, and where they were going. Refuses an answer that this browser did not ask for, that was given before, came too
 * late or from another provider; an address that is none of the organization's proved domains or that the provider does not vouch for;
 * somebody new where nobody new is taken; and the account of an owner, of whatever organization, that they did not connect themselves: who is
 * signed in here (`userId`), from the beginning to the end, does.
 */
export async function endSso(
  deps: Deps & { ip?: string },
  { answer, browser, userId: present }: { answer: URL; browser: string | undefined; userId?: string | undefined },
  fetch: GuardedFetch,
): Promise<{ userId: string; organizationId: string; next: string }> {
  const stale = refusal("stale");
  const states = answer.searchParams.getAll("state");
  const key = keyOf(states[0] ?? "");
  const sealed = states.length === 1 ? await deps.state.get(key) : null;
  if (!sealed || !browser) throw stale;
  const pending = JSON.parse(deps.vault.open(sealed, key)) as Pending;
  if (pending.browser !== hashOf(browser)) throw stale;
  if (!(await deps.state.setIfAbsent(`${key}:used`, "1", SSO_MS))) throw stale;
  await deps.state.delete(key);
  const row = await deps.db.ssoProvider.findUnique({
    where: { id: pending.providerId },
    include: { domains: { where: { provedAt: { not: null } } } },
  });
  if (!row || fingerprint(row) !== pending.provider) throw stale;
  return takeIn(deps, { row, pending, answer, present }, fetch).catch((error) => {
    // Whoever is refused tries again from there, and goes on where they were going.
    if (error instanceof AppError)
      throw new AppError(error.code, error.message, { ...detailsOf(error), next: pending.next });
    throw error;
  });
}

function detailsOf({ details }: AppError): object {
  return typeof details === "object" && details !== null ? details : {};
}

/** Asks the provider who came back, and makes them somebody here. */
async function takeIn(
  deps: Deps & { ip?: string },
  {
    row,
    pending,
    answer,
    present,
  }: {
    row: ProviderRow & { domains: { domain: string }[] };
    pending: Pending;
    answer: URL;
    present: string | undefined;
  },
  fetch: GuardedFetch,
): Promise<{ userId: string; organizationId: string; next: string }> {
  const claims = await ofProvider(() => endAt(deps, { row, checks: pending.checks, answer }, fetch));
  const email = checkAddress(
    claims,
    row.domains.map(({ domain }) => domain),
  );
  const person = { ...claims, email, signedIn: present && present === pending.userId ? present : null };
  const userId = await admit(deps, row, person).catch((error) => {
    // Two answers for one new person at once: the second finds what the first has made.
    if (isUniqueViolation(error)) return admit(deps, row, person);
    throw error;
  });
  return { userId, organizationId: row.organizationId, next: pending.next };
}

function checkAddress({ email, emailVerified }: Claims, domains: readonly string[]): string {
  if (!email || !z.email().safeParse(email).success) throw refusal("address");
  if (!emailVerified) throw refusal("unverified");
  if (!domains.includes(domainOf(email))) throw refusal("domain");
  return email;
}

interface ProviderRow extends StoredProvider {
  organizationId: string;
  joinsNew: boolean;
  role: string;
}

/** The person of an answer, as a member of the organization: known by their account there, or by their address, or new. */
async function admit(
  deps: Deps & { ip?: string },
  { id, organizationId, kind, issuer, clientId, sealed, entryPoint, certificates, joinsNew, role }: ProviderRow,
  { subject, email, name, signedIn }: Claims & { email: string; signedIn: string | null },
): Promise<string> {
  const providerId = accountProvider(id);
  return deps.db.$transaction(async (tx) => {
    const account = await tx.account.findFirst({ where: { providerId, accountId: subject } });
    const known = account
      ? await tx.user.findUnique({ where: { id: account.userId }, select: { id: true, emailVerified: true } })
      : await tx.user.findUnique({ where: { email }, select: { id: true, emailVerified: true } });
    const userId = known?.id ?? newId("user");
    // Whoever runs the provider says whose the address is. That alone opens no account that can do more than they may themselves.
    if (known && !account && known.id !== signedIn && (await tx.member.count({ where: { userId, role: "owner" } })) > 0)
      throw refusal("owner");
    const ctx = actIn(deps, { organizationId, actor: { type: "user", id: userId, role: "member" } });
    const isMember = (await tx.member.count({ where: { organizationId, userId } })) > 0;
    if (!isMember && !joinsNew) throw refusal("member");
    if (!known)
      await tx.user.create({ data: { id: userId, name: name?.slice(0, 100) ?? email, email, emailVerified: true } });
    if (known && !known.emailVerified) {
      await claimAccount(tx, userId);
    }
    if (!account || (known && !known.emailVerified)) {
      // One account there for one person here, and the other way round.
      await tx.account.deleteMany({ where: { providerId, userId } });
      await tx.account.create({ data: { id: newId("account"), providerId, accountId: subject, userId } });
      await audit(tx, ctx, "sso.link", userId, { email });
    }
    if (!isMember) {
      await tx.member.create({ data: { id: newId("member"), organizationId, userId, role } });
      await audit(tx, ctx, "sso.join", userId, { role });
    }
    // Not for a provider that was changed meanwhile: it is another one's answer then.
    const { count } = await tx.ssoProvider.updateMany({
      where: { id, kind, issuer, clientId, sealed, entryPoint, certificates: { equals: certificates } },
      data: { usedAt: new Date() },
    });
    if (count === 0) throw refusal("stale");
    return userId;
  });
}
