import type { SecurityRequirement, SecurityScheme } from "@portico/openapi";
import type { BoundCredential, Credential, Target } from "../types.ts";
import { encode } from "./encode.ts";
import { BlockedError, refuse } from "./problem.ts";

export interface AppliedSecurity {
  headers: [string, string][];
  query: string[];
  cookies: string[];
  secrets: string[];
  /** Schemes of the first alternative that have no credential, when none could be satisfied. */
  missing: string[];
}

/**
 * Credentials of the first alternative (OR) whose schemes (AND) all have one that may go to this origin. When none is
 * satisfied nothing is sent: half of an alternative authenticates nobody and still leaks a secret. When only credentials
 * for elsewhere are there, nothing is called: the owner has to say first that they may go here.
 */
export function applySecurity(security: SecurityRequirement[][], target: Target, origin: string): AppliedSecurity {
  const applied: AppliedSecurity = { headers: [], query: [], cookies: [], secrets: [], missing: [] };
  const real = security.filter((alternative) => alternative.length > 0);
  const satisfied = real.filter((alternative) =>
    alternative.every(({ scheme }) => credentialFor(scheme, target) !== undefined),
  );
  const strayOf = (alternative: SecurityRequirement[]) =>
    alternative.find(({ scheme }) => credentialFor(scheme, target)?.origins?.includes(origin) === false);
  const chosen = satisfied.find((alternative) => !strayOf(alternative));
  const stray = chosen ? undefined : satisfied.map(strayOf)[0];
  if (stray) throw elsewhere(stray.scheme.name, credentialFor(stray.scheme, target), origin);
  if (!chosen) {
    const isOptional = real.length < security.length;
    const first = real[0] ?? [];
    applied.missing = isOptional
      ? []
      : first.map(({ scheme }) => scheme.name).filter((name) => !Object.hasOwn(target.credentials, name));
    return applied;
  }
  for (const { scheme } of chosen) apply(scheme, credentialFor(scheme, target) as Credential, applied);
  return applied;
}

function elsewhere(name: string, credential: BoundCredential | undefined, origin: string): BlockedError {
  const { origins = [], storedUnder = "Credentials" } = credential ?? {};
  const storedFor = origins.length > 0 ? `for ${origins.join(", ")}` : "when no address was known";
  return new BlockedError(
    `The credential "${name}" was stored ${storedFor}; this tool now calls ${origin}. Nothing was sent. To allow that, store the credential again under ${storedUnder}.`,
  );
}

function credentialFor(scheme: SecurityScheme, target: Target): BoundCredential | undefined {
  const credential = Object.hasOwn(target.credentials, scheme.name) ? target.credentials[scheme.name] : undefined;
  if (credential === undefined || scheme.type === "unsupported") return undefined;
  if (scheme.type === "apiKey") return credential.type === "basic" ? undefined : credential;
  if (scheme.type === "basic") return credential.type === "basic" ? credential : undefined;
  return credential;
}

function apply(scheme: SecurityScheme, credential: Credential, applied: AppliedSecurity): void {
  const secret = secretOf(credential);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would start another header.
  if (/[\u0000-\u001f\u007f]/.test(secret))
    refuse("", `The credential for ${scheme.name} holds a line break or control character.`, "(hidden)");
  applied.secrets.push(...secretForms(credential));
  if (scheme.type === "apiKey" && scheme.parameterName !== undefined) {
    if (scheme.in === "header") applied.headers.push([scheme.parameterName, secret]);
    else if (scheme.in === "query") applied.query.push(`${encode(scheme.parameterName)}=${encode(secret)}`);
    else applied.cookies.push(`${scheme.parameterName}=${encode(secret)}`);
    return;
  }
  applied.headers.push(["authorization", authorization(scheme, credential)]);
}

function authorization(scheme: SecurityScheme, credential: Credential): string {
  if (credential.type === "basic") return `Basic ${basic(credential)}`;
  return `${scheme.httpScheme ?? "Bearer"} ${secretOf(credential)}`;
}

function basic(credential: { username: string; password: string }): string {
  return Buffer.from(`${credential.username}:${credential.password}`, "utf8").toString("base64");
}

function secretOf(credential: Credential): string {
  if (credential.type === "apiKey") return credential.value;
  return credential.type === "bearer" ? credential.token : credential.password;
}

const forms = new WeakMap<Credential, string[]>();

/** Every spelling under which the secret could be echoed. */
function secretForms(credential: Credential): string[] {
  let known = forms.get(credential);
  if (!known) {
    known = spellingsOf(credential);
    forms.set(credential, known);
  }
  return known;
}

function spellingsOf(credential: Credential): string[] {
  const secret = secretOf(credential);
  const forms = [secret, encode(secret), ...(credential.type === "basic" ? [basic(credential)] : [])];
  return [...new Set(forms)].filter((form) => form !== "");
}
