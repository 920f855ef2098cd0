"use client";

/** Talks to the browser's own passkeys. What goes over the wire is the JSON of WebAuthn Level 3. */

export type PasskeyResult = { ok: true } | { ok: false; message: string };

export function hasPasskeys(): boolean {
  return (
    typeof PublicKeyCredential !== "undefined" && typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function"
  );
}

export async function signInWithPasskey(): Promise<PasskeyResult> {
  return ceremony(async () => {
    const options = await ask<PublicKeyCredentialRequestOptionsJSON>("generate-authenticate-options");
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential | null;
    if (credential) await ask("verify-authentication", { response: credential.toJSON() });
  });
}

export async function addPasskey(name: string): Promise<PasskeyResult> {
  return ceremony(async () => {
    const options = await ask<PublicKeyCredentialCreationOptionsJSON>("generate-register-options");
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential | null;
    if (credential) await ask("verify-registration", { response: credential.toJSON(), name });
  });
}

const REFUSALS: Record<string, string> = {
  PASSKEY_NOT_FOUND: "This passkey is not known here any more. Sign in in another way, and remove it from your device.",
  SSO_REQUIRED: "Your organization wants you to sign in with its own sign-in.",
  SESSION_NOT_FRESH: "You signed in a while ago. Sign out, sign in again, and then add the passkey.",
};

async function ceremony(work: () => Promise<void>): Promise<PasskeyResult> {
  try {
    await work();
    return { ok: true };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  if (error instanceof Refused) return REFUSALS[error.code] ?? "The passkey was not accepted. Try again.";
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "Nothing was chosen, or it took too long. Try again.";
  if (name === "InvalidStateError") return "This device has a passkey for your account already.";
  if (name === "SecurityError") return "Passkeys need https, and the address that Portico was set up with.";
  return "The browser could not use a passkey. Try again, or sign in in another way.";
}

class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

async function ask<Value>(path: string, body?: unknown): Promise<Value> {
  const response = await fetch(`/api/auth/passkey/${path}`, {
    ...(body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  const answer = (await response.json().catch(() => ({}))) as Value & { code?: string };
  if (!response.ok) throw new Refused(answer.code ?? String(response.status));
  return answer;
}
