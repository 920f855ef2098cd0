"use server";

import { proveSsoDomains, removeSso, type SsoInput, type SsoView, setSso } from "@portico/services";
import { revalidatePath } from "next/cache";
import { countAttempt } from "@/server/attempts.ts";
import { safeNext } from "@/server/next-path.ts";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { runtime } from "@/server/runtime.ts";
import { requireSession } from "@/server/session.ts";
import { goToProvider } from "@/server/sso.ts";

const PAGE = "/settings/single-sign-on";

/** Sends somebody to the sign-in of their address's domain. The answer depends on the domain alone. */
export async function signInWithOrganization(_before: Outcome | null, form: FormData): Promise<Outcome> {
  return attempt(async () => {
    await countAttempt("sso");
    await goToProvider({ email: String(form.get("email") ?? "").trim() }, safeNext(form.get("next")));
  });
}

export type SsoState = Outcome<SsoView> | null;

export async function saveSso(_before: SsoState, form: FormData): Promise<SsoState> {
  const { ctx } = await requireSession();
  const { fetch } = await runtime();
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const [secret, metadata] = [text("clientSecret"), text("metadata")];
  const provider: Partial<SsoInput> =
    text("kind") === "saml"
      ? { kind: "saml", ...(metadata ? { metadata } : {}) }
      : { issuer: text("issuer"), clientId: text("clientId"), ...(secret ? { clientSecret: secret } : {}) };
  const input: SsoInput = {
    ...provider,
    domains: text("domains")
      .split(/[\s,;]+/)
      .filter(Boolean),
    isRequired: form.get("isRequired") === "on",
    joinsNew: form.get("joinsNew") === "on",
    role: text("role") === "builder" ? "builder" : "member",
  };
  const outcome = await attempt(() => setSso({ ctx, input }, fetch));
  if (outcome.ok) revalidatePath(PAGE);
  return outcome;
}

export async function proveDomains(): Promise<Outcome<{ missing: string[] }>> {
  const { ctx } = await requireSession();
  const { domainProof } = await runtime();
  const outcome = await attempt(() => proveSsoDomains({ ctx }, domainProof));
  if (outcome.ok) revalidatePath(PAGE);
  return outcome;
}

/** Tries the organization's sign-in; whoever does comes back as the person that they sign in as. */
export async function trySso(): Promise<Outcome> {
  const { ctx } = await requireSession();
  return attempt(async () => {
    await countAttempt("sso");
    await goToProvider({ ctx }, PAGE);
  });
}

export async function endSingleSignOn(): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => removeSso({ ctx }));
  if (outcome.ok) revalidatePath(PAGE);
  return outcome;
}
