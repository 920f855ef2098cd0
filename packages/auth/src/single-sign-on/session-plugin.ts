import { AsyncLocalStorage } from "node:async_hooks";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";

/** The code of the refusal of whoever has to use their organization's sign-in. */
export const SSO_REQUIRED = "SSO_REQUIRED";

/**
 * Sessions of people whom an identity provider has named; and, whatever way somebody comes in by (password, link, passkey, reset), none
 * for those who have to come in by their organization's provider.
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
