import type { SocialProvider } from "@portico/auth";
import { Button } from "@/components/ui/button.tsx";
import { signInWithSocial } from "./actions.ts";
import { SOCIAL_NAMES } from "./social.ts";

/** A button for each provider that this installation has a client at. */
export function SocialSignIn({ providers, next }: { providers: SocialProvider[]; next: string }) {
  return providers.map((provider) => (
    <form key={provider} action={signInWithSocial.bind(null, provider, next)} className="flex flex-col">
      <Button type="submit" size="large">
        Continue with {SOCIAL_NAMES[provider]}
      </Button>
    </form>
  ));
}
