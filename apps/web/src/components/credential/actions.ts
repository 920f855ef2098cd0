"use server";

import { removeCredential, setCredential } from "@portico/services";
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
  if (text("type") === "clientCredentials") {
    const scopes = text("scopes")
      .split(/[\s,]+/)
      .filter((scope) => scope !== "");
    return {
      type: "clientCredentials",
      clientId: text("clientId").trim(),
      clientSecret: text("clientSecret").trim(),
      tokenUrl: text("tokenUrl").trim(),
      sendIn: text("sendIn") === "form" ? "form" : "header",
      ...(scopes.length > 0 ? { scopes } : {}),
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

export async function forgetCredential(serverId: string, scheme: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => removeCredential({ ctx, input: { serverId, scheme } }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}
