import { randomUUID, X509Certificate } from "node:crypto";
import { type Profile, SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import { DOMParser } from "@xmldom/xmldom";
import { type Claims, IdentityProviderError } from "./claims.ts";

// Portico as a service provider of SAML 2.0, by the Web Browser SSO profile (saml-profiles-2.0 §4.1): the request goes by redirect, the answer comes
// by POST. Signatures are node-saml's, which reads nothing but the XML that was signed; what is checked of it beyond, here.

/** An organization's identity provider, as its metadata says. */
export interface SamlProvider {
  /** What it calls itself. */
  entityId: string;
  /** Where people are sent. */
  entryPoint: string;
  /** What it signs with: X.509, PEM. */
  certificates: readonly string[];
}

/** What Portico is to it. */
export interface ServiceProvider {
  entityId: string;
  /** Where its answers are posted to. */
  callbackUrl: string;
}

/** What an answer is checked against. */
export interface SamlChecks {
  requestId: string;
}

const XML_CHARS_MAX = 512 * 1024;
const CERTIFICATES_MAX = 10;
/** How far apart clocks may be. */
const SKEW_MS = 60_000;
/** How old an assertion may be. */
const AGE_MS = 10 * 60_000;
const REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const METADATA = "urn:oasis:names:tc:SAML:2.0:metadata";
const DSIG = "http://www.w3.org/2000/09/xmldsig#";

/** What providers call an e-mail address, and a name. */
const EMAIL_NAMES = [
  "email",
  "mail",
  "emailAddress",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
  "urn:oid:0.9.2342.19200300.100.1.3",
];
const NAME_NAMES = [
  "displayName",
  "name",
  "http://schemas.microsoft.com/identity/claims/displayname",
  "urn:oid:2.16.840.1.113730.3.1.241",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
];

/**
 * Reads a provider's metadata (saml-metadata-2.0): its name, where it takes requests by redirect, and the certificates that it signs with. Rejects
 * with an IdentityProviderError that says what is missing. What the metadata is signed with is not looked at: who gives it vouches for it.
 */
export function readSamlMetadata(xml: string): SamlProvider {
  const root = parseXml(xml, "The metadata");
  const provider = elementsOf(root, METADATA, "IDPSSODescriptor")[0];
  if (!provider) throw new IdentityProviderError("The metadata describes no identity provider (IDPSSODescriptor).");
  const entityId = (provider.parentNode as Element | null)?.getAttribute?.("entityID") ?? "";
  if (!entityId) throw new IdentityProviderError("The metadata does not say the provider's entityID.");
  const entryPoint = elementsOf(provider, METADATA, "SingleSignOnService")
    .find((one) => one.getAttribute("Binding") === REDIRECT)
    ?.getAttribute("Location");
  if (!entryPoint)
    throw new IdentityProviderError("The metadata names no SingleSignOnService with the binding HTTP-Redirect.");
  const certificates = elementsOf(provider, METADATA, "KeyDescriptor")
    .filter((key) => key.getAttribute("use") !== "encryption")
    .flatMap((key) => elementsOf(key, DSIG, "X509Certificate"))
    .map((one) => toPem(one.textContent ?? ""));
  return checkSamlProvider({ entityId, entryPoint, certificates: [...new Set(certificates)] });
}

/** The provider itself, unless something of it cannot be: rejects with an IdentityProviderError. */
export function checkSamlProvider(provider: SamlProvider): SamlProvider {
  const { entryPoint, certificates } = provider;
  const url = URL.canParse(entryPoint) ? new URL(entryPoint) : null;
  const isLocal = url?.hostname === "localhost" || url?.hostname === "127.0.0.1";
  if (!url || url.username || url.hash || !(url.protocol === "https:" || (url.protocol === "http:" && isLocal)))
    throw new IdentityProviderError("The provider's sign-in has to be an https address.");
  if (certificates.length === 0) throw new IdentityProviderError("The metadata has no certificate to sign with.");
  if (certificates.length > CERTIFICATES_MAX)
    throw new IdentityProviderError(`The metadata has more than ${CERTIFICATES_MAX} certificates.`);
  return provider;
}

/** Until when a certificate is good. */
export function certificateEnd(pem: string): Date {
  return new Date(new X509Certificate(pem).validTo);
}

/** Base64 as metadata has it, as PEM. */
function toPem(text: string): string {
  try {
    return new X509Certificate(Buffer.from(text.replace(/\s+/g, ""), "base64")).toString();
  } catch {
    throw new IdentityProviderError("A certificate in the metadata cannot be read.");
  }
}

/** What the provider's admin gives to it (saml-metadata-2.0): who we are and where answers are posted to. */
export function describeServiceProvider({ entityId, callbackUrl }: ServiceProvider): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${METADATA}" entityID="${escapeXml(entityId)}">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escapeXml(callbackUrl)}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`;
}

/** The address that the person's browser is sent to, and what the answer will be checked against. `state` comes back as RelayState. */
export async function beginAtSamlProvider(
  provider: SamlProvider,
  own: ServiceProvider,
  state: string,
): Promise<{ url: string; checks: SamlChecks }> {
  const checks = { requestId: `_${randomUUID()}` };
  const url = await samlOf(provider, own, checks).getAuthorizeUrlAsync(state, undefined, {});
  return { url, checks };
}

/**
 * Who signed in, by an answer as it was posted (base64). Rejects with an IdentityProviderError unless the assertion, or the answer around it, is
 * signed by the provider with SHA-256 or better, was asked for by this very request, is for us and for this address, and is good now.
 */
export async function endAtSamlProvider(
  provider: SamlProvider,
  own: ServiceProvider,
  { response, checks }: { response: string; checks: SamlChecks },
): Promise<Claims> {
  try {
    const xml = Buffer.from(response, "base64").toString("utf8");
    // Nothing that declares entities is read.
    parseXml(xml, "The answer");
    if (/xmldsig#(?:rsa-|dsa-)?sha1\b|xmldsig#hmac/i.test(xml))
      throw new IdentityProviderError("The provider signs with SHA-1. Set its signature algorithm to SHA-256.");
    if (/<[\w:-]*EncryptedAssertion\b/.test(xml))
      throw new IdentityProviderError("The provider encrypts its assertions. Switch that off: they come over TLS.");
    const { profile } = await samlOf(provider, own, checks).validatePostResponseAsync({ SAMLResponse: response });
    if (!profile) throw new IdentityProviderError("The provider did not say who signed in.");
    checkAssertion(profile, provider, own, checks);
    return claimsOf(profile);
  } catch (error) {
    if (error instanceof IdentityProviderError) throw error;
    throw new IdentityProviderError("The identity provider's answer was refused.", { cause: error });
  }
}

function samlOf({ entityId, entryPoint, certificates }: SamlProvider, own: ServiceProvider, { requestId }: SamlChecks) {
  return new SAML({
    issuer: own.entityId,
    audience: own.entityId,
    callbackUrl: own.callbackUrl,
    idpIssuer: entityId,
    entryPoint,
    idpCert: [...certificates],
    // One of the two has to be, and node-saml wants the assertion's where the answer has none.
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    acceptedClockSkewMs: SKEW_MS,
    maxAssertionAgeMs: AGE_MS,
    generateUniqueId: () => requestId,
    validateInResponseTo: ValidateInResponseTo.always,
    requestIdExpirationPeriodMs: AGE_MS,
    // One request, which is used up by whoever keeps it.
    cacheProvider: {
      saveAsync: async (_key, value) => ({ value, createdAt: Date.now() }),
      getAsync: async (key) => (key === requestId ? new Date().toISOString() : null),
      removeAsync: async (key) => key,
    },
  });
}

/** An element as it was signed: its attributes, its text, its children by name. */
interface Signed {
  $?: Record<string, string>;
  _?: string;
  [child: string]: unknown;
}

const childrenOf = (of: Signed | undefined, name: string) => (of?.[name] ?? []) as Signed[];

/** What the profile asks of a service provider (saml-profiles-2.0 §4.1.4.2, §4.1.4.3), of what was signed alone. */
function checkAssertion(profile: Profile, { entityId }: SamlProvider, own: ServiceProvider, { requestId }: SamlChecks) {
  const refuse = (why: string) => {
    throw new IdentityProviderError(`The identity provider's answer was refused: ${why}.`);
  };
  const assertion = (profile.getAssertion?.() as { Assertion?: Signed } | undefined)?.Assertion;
  if (profile.issuer !== entityId) refuse("it is another provider's");
  const subjects = childrenOf(assertion, "Subject");
  if (subjects.length !== 1 || childrenOf(subjects[0], "NameID").length !== 1) refuse("it does not say of whom it is");
  const now = Date.now();
  const isConfirmed = childrenOf(subjects[0], "SubjectConfirmation").some((one) => {
    const data = childrenOf(one, "SubjectConfirmationData")[0]?.$;
    return (
      one.$?.Method === BEARER &&
      data?.Recipient === own.callbackUrl &&
      data.InResponseTo === requestId &&
      data.NotBefore === undefined &&
      Date.parse(data.NotOnOrAfter ?? "") > now - SKEW_MS
    );
  });
  if (!isConfirmed) refuse("it is not for this request, or not for this address");
  if (childrenOf(assertion, "AuthnStatement").length === 0) refuse("nobody signed in for it");
}

function claimsOf({ nameID, nameIDFormat, attributes }: Profile): Claims {
  const said = (attributes ?? {}) as Record<string, unknown>;
  const of = (names: readonly string[]) => {
    for (const name of names) {
      const value = Object.hasOwn(said, name) ? said[name] : undefined;
      const first = Array.isArray(value) ? value[0] : value;
      if (typeof first === "string" && first.trim() !== "") return first.trim();
    }
    return null;
  };
  const email = (of(EMAIL_NAMES) ?? (nameID.includes("@") ? nameID : null))?.toLowerCase() ?? null;
  // A name for one sign-in alone says nothing the next time.
  const subject = nameIDFormat === TRANSIENT ? email : nameID;
  if (!subject) throw new IdentityProviderError("The provider gives nobody a lasting name. Set its NameID to one.");
  // SAML has no way to say that an address is not somebody's: a provider answers for those of its own domains.
  return { subject, email, emailVerified: true, name: of(NAME_NAMES) };
}

/** A document without declarations of its own: no entity, no other file. */
function parseXml(xml: string, what: string): Element {
  if (xml.length > XML_CHARS_MAX) throw new IdentityProviderError(`${what} is too long.`);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) throw new IdentityProviderError(`${what} declares a document type.`);
  const broken = () => {
    throw new IdentityProviderError(`${what} is no XML.`);
  };
  const parser = new DOMParser({ errorHandler: { warning: () => {}, error: broken, fatalError: broken } });
  const root = parser.parseFromString(xml, "text/xml")?.documentElement as Element | undefined;
  return root ?? broken();
}

function elementsOf(of: Element, namespace: string, name: string): Element[] {
  return Array.from(of.getElementsByTagNameNS(namespace, name));
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
