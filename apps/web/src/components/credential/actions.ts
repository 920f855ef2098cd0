"use server";

import { beginUpstreamSignIn, removeCredential, setCredential } from "@portico/services";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

type Credential = Parameters<typeof setCredential>[0]["input"]["credential"];

/** Stores what the upstream API wants. The value goes in and never comes back. */
export async function storeCredential(_before: Outcome | null, form: FormData): Promise<Outcome> {
  const { ctx } = await requireSession();
  const text = (name: string) => String(form.get(name) ?? "");
  const [serverId, scheme] = [text("serverId"), text("scheme")];
  const outcome = await attempt(() =>
    setCredential({ ctx, input: { serverId, scheme, credential: credentialOf(text) } }),
  );
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

function credentialOf(text: (name: string) => string): Credential {
  if (text("type") === "basic") return { type: "basic", username: text("username"), password: text("password") };
  if (text("type") === "apiKey") return { type: "apiKey", value: text("value").trim() };
  if (text("type") === "clientCredentials" || text("type") === "authorizationCode") {
    const scopes = text("scopes")
      .split(/[\s,]+/)
      .filter((scope) => scope !== "");
    const clientSecret = text("clientSecret").trim();
    const client = {
      clientId: text("clientId").trim(),
      tokenUrl: text("tokenUrl").trim(),
      sendIn: text("sendIn") === "form" ? ("form" as const) : ("header" as const),
      ...(scopes.length > 0 ? { scopes } : {}),
    };
    return text("type") === "clientCredentials"
      ? { type: "clientCredentials", ...client, clientSecret }
      : {
          type: "authorizationCode",
          ...client,
          authorizationUrl: text("authorizationUrl").trim(),
          ...(clientSecret === "" ? {} : { clientSecret }),
        };
  }
  // People paste the whole header.
  return {
    type: "bearer",
    token: text("value")
      .trim()
      .replace(/^Bearer\s+/i, ""),
  };
}

/** Sends the browser to the API's own sign-in; it comes back to the credentials of the server. */
export async function signInUpstream(serverId: string, scheme: string): Promise<Outcome<{ url: string }>> {
  const { ctx } = await requireSession();
  return attempt(() => beginUpstreamSignIn({ ctx, input: { serverId, scheme } }));
}

export async function forgetCredential(serverId: string, scheme: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => removeCredential({ ctx, input: { serverId, scheme } }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}
