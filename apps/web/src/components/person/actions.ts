"use server";

import { createOwner, isSetupCode } from "@portico/services";
import { redirect } from "next/navigation";
import { safeNext } from "@/server/next-path.ts";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { runtime } from "@/server/runtime.ts";
import { signIn } from "@/server/sign-in.ts";

export type EntryState = Outcome | null;

const text = (form: FormData, name: string) => String(form.get(name) ?? "").trim();

export async function signInWithForm(_before: EntryState, form: FormData): Promise<EntryState> {
  const outcome = await signIn(text(form, "email"), String(form.get("password") ?? ""));
  if (outcome === "ok") redirect(safeNext(form.get("next")));
  const message =
    outcome === "too-many"
      ? "Too many attempts from this address. Wait a minute, then try again."
      : "The e-mail address or the password is wrong.";
  return { ok: false, message, fields: {}, details: outcome };
}

/** Makes the owner and signs them in. Only who can read the start-up output has the code. */
export async function setUp(_before: EntryState, form: FormData): Promise<EntryState> {
  const { deps } = await runtime();
  if (!isSetupCode(deps, text(form, "code"))) {
    const wrong =
      "This is not the code of this installation. It stands where Portico was started, below \u201cFirst run\u201d.";
    return { ok: false, message: "The setup code is wrong.", fields: { code: wrong }, details: "forbidden" };
  }
  const [name, email, password] = [text(form, "name"), text(form, "email"), String(form.get("password") ?? "")];
  const organization = text(form, "organization") || name;
  const outcome = await attempt(async () => void (await createOwner(deps, { name, email, password, organization })));
  if (!outcome.ok) return outcome;
  redirect((await signIn(email.toLowerCase(), password)) === "ok" ? "/" : "/sign-in");
}
