import { type Db, type IdKind, newId, type Vault } from "@portico/db";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { organization } from "better-auth/plugins";

const SESSION_DAYS = 30;

/** better-auth's names of our models, for ids with the right prefix. */
const KINDS: Record<string, IdKind> = {
  user: "user",
  session: "authSession",
  account: "account",
  verification: "verification",
  organization: "organization",
  member: "member",
  invitation: "invitation",
};

/**
 * People's sign-in: e-mail and password, sessions in a cookie, organizations with members and invitations. Nobody signs up by
 * themselves: the first person is made by the first-run page, everybody else is invited.
 */
export function createPeople({ db, vault, publicUrl }: { db: Db; vault: Vault; publicUrl: string }) {
  return betterAuth({
    appName: "Portico",
    baseURL: publicUrl,
    basePath: "/api/auth",
    secret: Buffer.from(vault.derive("people")).toString("base64url"),
    trustedOrigins: [publicUrl],
    database: prismaAdapter(db, { provider: "postgresql" }),
    user: { modelName: "user" },
    session: { modelName: "authSession", expiresIn: SESSION_DAYS * 86_400, updateAge: 86_400 },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128 },
    rateLimit: { enabled: true, window: 60, max: 120, customRules: { "/sign-in/email": { window: 60, max: 10 } } },
    advanced: {
      cookiePrefix: "portico",
      useSecureCookies: publicUrl.startsWith("https:"),
      defaultCookieAttributes: { sameSite: "lax", httpOnly: true },
      database: { generateId: ({ model }) => newId(KINDS[model] ?? "verification") },
    },
    telemetry: { enabled: false },
    // An organization's slug is in every address, and what belongs to it is more than better-auth knows of.
    disabledPaths: ["/organization/update", "/organization/delete"],
    plugins: [organization({ allowUserToCreateOrganization: false })],
  });
}

export type People = ReturnType<typeof createPeople>;

export interface Person {
  id: string;
  name: string;
  email: string;
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
    activeOrganizationId: session.activeOrganizationId ?? null,
  };
}
