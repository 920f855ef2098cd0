"use server";

import {
  beginUpstreamSignIn,
  findSignInAddresses,
  registerCredential,
  removeCredential,
  type SignInAddresses,
  setCredential,
} from "@portico/services";
import { discoverAuthorizationServer, registerClient } from "@portico/upstream";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { runtime } from "@/server/runtime.ts";
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
  if (text("type") === "environment") return { type: "environment", name: text("name") };
  if (text("type") === "basic") return { type: "basic", username: text("username"), password: text("password") };
  if (text("type") === "apiKey") return { type: "apiKey", value: text("value").trim() };
  if (text("type") === "clientCredentials" || text("type") === "authorizationCode") {
    const scopes = scopesOf(text("scopes"));
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
          ...(text("issuer").trim() === "" ? {} : { issuer: text("issuer").trim() }),
          ...(text("namesItself") === "yes" ? { namesItself: true } : {}),
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

function scopesOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== "");
}

/** Asks the API, or the issuer that somebody typed, where people sign in. */
export async function findAddresses(
  serverId: string,
  scheme: string,
  issuer: string,
): Promise<Outcome<SignInAddresses>> {
  const { ctx } = await requireSession();
  const { egress } = await runtime();
  const input = { serverId, scheme, ...(issuer.trim() === "" ? {} : { issuer: issuer.trim() }) };
  return attempt(() => findSignInAddresses({ ctx, input }, (hints) => discoverAuthorizationServer(egress, hints)));
}

/** Registers Portico at the API's authorization server, and stores the client that it gives. */
export async function registerThere(
  serverId: string,
  scheme: string,
  issuer: string,
  scopes: string,
): Promise<Outcome<{ issuer: string }>> {
  const { ctx } = await requireSession();
  const { egress } = await runtime();
  const input = { serverId, scheme, issuer, scopes: scopesOf(scopes) };
  const outcome = await attempt(() =>
    registerCredential(
      { ctx, input },
      (hints) => discoverAuthorizationServer(egress, hints),
      (metadata, client) => registerClient(egress, metadata, client),
    ),
  );
  if (!outcome.ok) return outcome;
  revalidatePath("/", "layout");
  return { ok: true, value: { issuer: outcome.value.issuer } };
}

/** Sends the browser to the API's own sign-in; it comes back to the credentials of the server. */
export async function signInUpstream(serverId: string, scheme: string): Promise<Outcome<{ url: string }>> {
  const { ctx, person } = await requireSession();
  return attempt(() => beginUpstreamSignIn({ ctx, input: { serverId, scheme, sessionId: person.sessionId } }));
}

export async function forgetCredential(serverId: string, scheme: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => removeCredential({ ctx, input: { serverId, scheme } }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}
