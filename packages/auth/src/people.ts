import { passkey } from "@better-auth/passkey";
import { type Db, type IdKind, newId, type Vault } from "@portico/db";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { magicLink, twoFactor } from "better-auth/plugins";
import { hashPassword, verifyPassword } from "./password.ts";
import { peopleSecrets } from "./reseal.ts";
import { PASSWORD_CHARS_MAX, sessionByProvider } from "./single-sign-on/session-plugin.ts";

/** A session ends when it is not used for so long; */
const SESSION_IDLE_DAYS = 30;
/** and whatever it is used for, this long after the sign-in. */
export const SESSION_DAYS_MAX = 90;
const DAY_MS = 86_400_000;
/** How exact a session's last use is. */
const LAST_USE_SECONDS = 600;
/** How long the link of a sign-in mail lasts. */
export const SIGN_IN_LINK_MINUTES = 15;
const RECOVERY_CODES = 10;

/** better-auth's names of our models, for ids with the right prefix. */
const KINDS: Record<string, IdKind> = {
  user: "user",
  session: "authSession",
  account: "account",
  verification: "verification",
  twoFactor: "twoFactor",
  passkey: "passkey",
};

export interface PeopleOptions {
  db: Db;
  vault: Vault;
  publicUrl: string;
  /** Sends a one-time sign-in token to an address that asked for it, known here or not, and where to go then. It must not wait: the time would tell. */
  sendSignInToken?: (email: string, token: string, next: string) => void;
  /** Whether somebody has to come in by their organization's own sign-in. */
  mustUseProvider?: (userId: string) => Promise<boolean>;
  /** Counts wrong passwords for an account from one network, whatever the process; without it only the library's own limit holds. */
  wrongPasswords?: WrongPasswords;
  /** Hears of every sign-in, of whatever kind, and from where. It must not fail. */
  onSignIn?: (userId: string, ip: string | undefined) => Promise<void>;
  /** Portico's clients at the providers that people may sign in with besides. */
  social?: Partial<Record<SocialProvider, SocialClient>>;
  /** What the library has to say to whoever runs the installation; standard error when left out. */
  onLog?: (level: "debug" | "info" | "warn" | "error", message: string, details: unknown[]) => void;
}

export interface WrongPasswords {
  /** Whether this account has had too many from this network for now. No account is ever locked for everybody. */
  isOver(email: string, ip: string): Promise<boolean>;
  note(email: string, ip: string): Promise<void>;
}

/** Providers that people know from elsewhere. */
export const SOCIAL_PROVIDERS = ["google", "github", "microsoft"] as const;
export type SocialProvider = (typeof SOCIAL_PROVIDERS)[number];

export interface SocialClient {
  clientId: string;
  clientSecret: string;
  /** Of Microsoft: whose accounts count; without it, everybody's. */
  tenantId?: string | undefined;
}

/**
 * People's sign-in: e-mail and password with an optional second factor, passkeys, sign-in links, sessions in a cookie. Nobody signs up
 * by themselves: the first person is made by the first-run page, everybody else is invited. Organizations are the services' own.
 */
export function createPeople({
  db,
  vault,
  publicUrl,
  sendSignInToken,
  mustUseProvider,
  onSignIn,
  wrongPasswords,
  social = {},
  onLog,
}: PeopleOptions) {
  const { hostname } = new URL(publicUrl);
  return betterAuth({
    appName: "Portico",
    baseURL: publicUrl,
    basePath: "/api/auth",
    ...peopleSecrets(vault),
    trustedOrigins: [publicUrl],
    database: prismaAdapter(withoutOldSessions(db), { provider: "postgresql" }),
    ...(onLog ? { logger: { log: (level, message, ...details) => onLog(level, message, details) } } : {}),
    user: { modelName: "user" },
    session: {
      modelName: "authSession",
      expiresIn: SESSION_IDLE_DAYS * 86_400,
      updateAge: LAST_USE_SECONDS,
      additionalFields: { activeOrganizationId: { type: "string", required: false, input: false } },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 10,
      maxPasswordLength: PASSWORD_CHARS_MAX,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    socialProviders: Object.fromEntries(
      Object.entries(social).map(([name, client]) => [name, { ...client, disableSignUp: true }]),
    ),
    account: {
      // An account elsewhere is somebody's here when both sides have verified the same address.
      accountLinking: {
        enabled: true,
        trustedProviders: [],
        allowDifferentEmails: false,
      },
      // They are for signing in; what else they would open is nothing of ours.
      storeAccountCookie: false,
    },
    databaseHooks: {
      session: { create: { after: async ({ userId }, context) => onSignIn?.(userId, ipOf(context?.headers)) } },
      account: {
        create: { before: async (account) => ({ data: withoutTokens(account) }) },
        update: { before: async (account) => ({ data: withoutTokens(account) }) },
      },
    },
    // Where what cannot be brought back to its page leads: an answer of a provider that nobody here asked for.
    onAPIError: { errorURL: `${publicUrl}/sign-in` },
    hooks: {
      before: createAuthMiddleware(async (context) => {
        const tried = passwordTry(context);
        if (tried && (await wrongPasswords?.isOver(tried.email, tried.ip)))
          throw new APIError("TOO_MANY_REQUESTS", { message: "Too many wrong passwords. Try again in a few minutes." });
      }),
      after: createAuthMiddleware(async (context) => {
        const tried = passwordTry(context);
        if (tried && context.context.returned instanceof APIError) await wrongPasswords?.note(tried.email, tried.ip);
        await endSessionBefore(context);
      }),
    },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 120,
      customRules: {
        "/sign-in/email": { window: 60, max: 10 },
        "/sign-in/magic-link": { window: 60, max: 5 },
        "/two-factor/*": { window: 60, max: 10 },
      },
    },
    advanced: {
      cookiePrefix: "portico",
      useSecureCookies: publicUrl.startsWith("https:"),
      defaultCookieAttributes: { sameSite: "lax", httpOnly: true },
      database: { generateId: ({ model }) => newId(KINDS[model] ?? "verification") },
    },
    telemetry: { enabled: false },
    plugins: [
      twoFactor({ issuer: "Portico", backupCodeOptions: { amount: RECOVERY_CODES }, trustDeviceMaxAge: 30 * 86_400 }),
      // A passkey replaces both factors, so the device has to check who holds it.
      passkey({
        rpID: hostname,
        rpName: "Portico",
        origin: publicUrl,
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        registration: { afterVerification: ({ verification }) => requireUserVerified(verification.registrationInfo) },
        authentication: {
          afterVerification: ({ verification }) => requireUserVerified(verification.authenticationInfo),
        },
      }),
      sessionByProvider({ mustUseProvider: mustUseProvider ?? (async () => false) }),
      magicLink({
        disableSignUp: true,
        expiresIn: SIGN_IN_LINK_MINUTES * 60,
        storeToken: "hashed",
        sendMagicLink: async ({ email, token, url }) => sendSignInToken?.(email, token, nextOf(url)),
      }),
    ],
  });
}

/** A path to go on to as the library lets one in: it takes no other characters in a callback than letters and a few more. */
export function signInLinkCallback(next: string): string {
  const encoded = encodeURIComponent(next).replace(/[!~*'()]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return next === "/" ? "/" : `/?next=${encoded}`;
}

function nextOf(link: string): string {
  const callback = new URL(link).searchParams.get("callbackURL") ?? "/";
  return new URL(callback, link).searchParams.get("next") ?? "/";
}

/** The library prolongs a session with every use; from a certain age on it does not find it any more. */
function withoutOldSessions(db: Db) {
  const young = <Where extends object>(where: Where | undefined) => ({
    AND: [where ?? {}, { createdAt: { gt: new Date(Date.now() - SESSION_DAYS_MAX * DAY_MS) } }],
  });
  return db.$extends({
    query: {
      authSession: {
        findFirst: ({ args, query }) => query({ ...args, where: young(args.where) }),
        findMany: ({ args, query }) => query({ ...args, where: young(args.where) }),
      },
    },
  });
}

/** Which account a request tries a password of, and from where; undefined for any other request. */
function passwordTry({ path, body, headers }: { path?: string; body?: unknown; headers?: Headers | undefined }) {
  if (path !== "/sign-in/email") return undefined;
  const { email } = (body ?? {}) as { email?: unknown };
  return { email: String(email ?? "").toLowerCase(), ip: ipOf(headers) ?? "unknown" };
}

/** Where a request came from, as the gateway in front says it; an IPv4 address on a socket that takes both kinds is itself (RFC 4291 §2.5.5.2). */
function ipOf(headers: Headers | undefined): string | undefined {
  const ip = headers?.get("x-forwarded-for")?.split(",")[0]?.trim();
  return ip?.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** Whoever signs in leaves the session behind that this browser had: nothing that was known before opens anything afterwards. */
const endSessionBefore = createAuthMiddleware(async (context) => {
  const { newSession, authCookies, internalAdapter, secret } = context.context;
  if (!newSession) return;
  const before = await context.getSignedCookie(authCookies.sessionToken.name, secret);
  if (before && before !== newSession.session.token) await internalAdapter.deleteSession(before);
});

function withoutTokens<Account extends object>(account: Account) {
  return { ...account, accessToken: null, refreshToken: null, idToken: null };
}

/** The plugin asks for this, but takes a passkey that was used without it too. WebAuthn §7.2, step 17. */
function requireUserVerified(info: { userVerified: boolean } | undefined): void {
  if (!info?.userVerified)
    throw new APIError("UNAUTHORIZED", { message: "The device did not check who holds the passkey." });
}

export type People = ReturnType<typeof createPeople>;

export interface Person {
  id: string;
  name: string;
  email: string;
  hasTwoFactor: boolean;
  sessionId: string;
  activeOrganizationId: string | null;
}

/** Who is signed in by the cookie of these headers, or null. */
export async function readPerson(people: People, headers: Headers): Promise<Person | null> {
  const found = await people.api.getSession({ headers });
  if (!found) return null;
  const { user, session } = found;
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    hasTwoFactor: user.twoFactorEnabled === true,
    sessionId: session.id,
    activeOrganizationId: session.activeOrganizationId ?? null,
  };
}
