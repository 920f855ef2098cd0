import { AsyncLocalStorage } from "node:async_hooks";
import { BASE_ERROR_CODES, type BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint, createAuthMiddleware } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";

export const PASSWORD_CHARS_MAX = 128;

/** The code of the refusal of whoever has to use their organization's sign-in. */
export const SSO_REQUIRED = "SSO_REQUIRED";

/**
 * Sessions of people whom an identity provider has named; and, whatever way somebody comes in by (password, link, passkey, reset), none
 * for those who have to come in by their organization's provider. Their passwords are not looked at: a right one and a wrong one are
 * answered alike.
 */
export function sessionByProvider({ mustUseProvider }: { mustUseProvider: (userId: string) => Promise<boolean> }) {
  const named = new AsyncLocalStorage<true>();
  return {
    id: "session-by-provider",
    endpoints: {
      /** No request reaches this: the server calls it once a provider's answer was checked. */
      beginSessionByProvider: createAuthEndpoint.serverOnly(
        { method: "POST", body: z.object({ userId: z.string(), organizationId: z.string() }) },
        async (context) => {
          const { internalAdapter } = context.context;
          const { userId, organizationId: activeOrganizationId } = context.body;
          const user = await internalAdapter.findUserById(userId);
          if (!user) throw new APIError("NOT_FOUND");
          const session = await named.run(true, () =>
            internalAdapter.createSession(userId, false, { activeOrganizationId }),
          );
          await setSessionCookie(context, { session, user });
          return { userId };
        },
      ),
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === "/sign-in/email",
          handler: createAuthMiddleware(async ({ body, context: { internalAdapter, password } }) => {
            if (typeof body?.email !== "string" || typeof body.password !== "string") return;
            const found = await internalAdapter.findUserByEmail(body.email.toLowerCase());
            if (!found || !(await mustUseProvider(found.user.id))) return;
            // As long as a look at it takes.
            await password.hash(body.password.slice(0, PASSWORD_CHARS_MAX));
            throw APIError.from("UNAUTHORIZED", BASE_ERROR_CODES.INVALID_EMAIL_OR_PASSWORD);
          }),
        },
      ],
    },
    init: () => ({
      options: {
        databaseHooks: {
          session: {
            create: {
              async before({ userId }: { userId: string }) {
                if (named.getStore() || !(await mustUseProvider(userId))) return;
                const message = "Your organization wants you to sign in with its own sign-in.";
                throw APIError.from("FORBIDDEN", { message, code: SSO_REQUIRED });
              },
            },
          },
        },
      },
    }),
  } satisfies BetterAuthPlugin;
}
