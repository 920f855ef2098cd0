"use client";

import type { SocialProvider } from "@portico/auth";
import type { AccountView } from "@portico/services";
import { SOCIAL_NAMES } from "@/components/person/social.ts";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Time } from "@/components/ui/time.tsx";
import { linkSocial, unlink } from "./actions.ts";

const nameOf = (provider: string) => SOCIAL_NAMES[provider as SocialProvider] ?? "Your organization's sign-in";

/** The accounts elsewhere that a person signs in with, and those that could be linked. */
export function LinkedAccounts({ linked, providers }: { linked: AccountView["linked"]; providers: SocialProvider[] }) {
  const open = providers.filter((provider) => !linked.some((one) => one.provider === provider));
  return (
    <div className="flex flex-col items-start gap-3">
      {linked.length > 0 ? (
        <ul aria-label="Linked accounts" className="w-full divide-y rounded-card border bg-surface">
          {linked.map(({ id, provider, createdAt }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
              <div className="min-w-48 flex-1">
                <p className="font-medium">{nameOf(provider)}</p>
                <p className="text-sm text-muted">
                  Linked <Time at={createdAt} />
                </p>
              </div>
              <Confirm
                title={`Unlink ${nameOf(provider)}`}
                verb="Unlink"
                isDestroying
                done={`${nameOf(provider)} is unlinked`}
                act={() => unlink(id)}
                trigger={<Button aria-label={`Unlink ${nameOf(provider)}`}>Unlink</Button>}
              >
                You sign in another way from now on. Nothing changes there.
              </Confirm>
            </li>
          ))}
        </ul>
      ) : null}
      <div className="flex flex-wrap gap-2">
        {open.map((provider) => (
          <form key={provider} action={linkSocial.bind(null, provider)}>
            <Button type="submit">Link {SOCIAL_NAMES[provider]}</Button>
          </form>
        ))}
      </div>
    </div>
  );
}
