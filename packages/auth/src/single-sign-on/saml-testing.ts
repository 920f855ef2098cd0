import { randomUUID } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { generate } from "selfsigned";
import { SignedXml } from "xml-crypto";

const DSIG_MORE = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const C14N = "http://www.w3.org/2001/10/xml-exc-c14n#";

/** A SAML identity provider of a test: a real signer, each part of whose answer can be made to lie. */
export interface FakeSamlProvider {
  entityId: string;
  metadata: string;
  /** Somebody signs in there: gives what their browser posts back, and where to. */
  signIn(url: string, person: SamlPerson, lie?: SamlLie): { action: string; SAMLResponse: string; RelayState: string };
}

export interface SamlPerson {
  nameId: string;
  format?: string;
  attributes?: Record<string, string>;
}

export interface SamlLie {
  /** In the place of what is right. */
  issuer?: string;
  audience?: string;
  recipient?: string;
  inResponseTo?: string;
  /** Of the answer around the assertion. */
  responseInResponseTo?: string;
  /** Minutes from now at which it begins and ends to be good. */
  from?: number;
  until?: number;
  method?: string;
  /** What is signed; the assertion when absent. */
  signed?: "assertion" | "response" | "both" | "nothing";
  hasForeignKey?: boolean;
  algorithm?: string;
  digest?: string;
  hasNoSignIn?: boolean;
  /** After it was signed. */
  tamper?: (xml: string) => string;
}

export async function createFakeSamlProvider({
  entityId,
  entryPoint = `${entityId}/sso`,
}: {
  entityId: string;
  entryPoint?: string;
}): Promise<FakeSamlProvider> {
  const options = { keySize: 2048 as const, algorithm: "sha256" };
  const [own, foreign] = await Promise.all([
    generate([{ name: "commonName", value: "idp" }], options),
    generate([{ name: "commonName", value: "idp" }], options),
  ]);
  const bare = own.cert.replace(/-----[A-Z ]+-----|\s+/g, "");
  return {
    entityId,
    metadata: `<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
      <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
        <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${bare}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
        <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${entryPoint}/post"/>
        <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entryPoint}"/>
      </IDPSSODescriptor></EntityDescriptor>`,
    signIn(url, person, lie = {}) {
      const { searchParams } = new URL(url);
      const request = inflateRawSync(Buffer.from(searchParams.get("SAMLRequest") ?? "", "base64")).toString("utf8");
      const of = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(request)?.[1] ?? "";
      const audience = /<saml:Issuer[^>]*>([^<]*)</.exec(request)?.[1] ?? "";
      const action = of("AssertionConsumerServiceURL");
      const xml = answer({ person, lie, entityId, audience, action, requestId: of("ID") });
      const { signed = "assertion", hasForeignKey = false } = lie;
      const key = (hasForeignKey ? foreign : own).private;
      let done = xml;
      if (signed === "assertion" || signed === "both") done = sign(done, "Assertion", key, lie);
      if (signed === "response" || signed === "both") done = sign(done, "Response", key, lie);
      const text = lie.tamper ? lie.tamper(done) : done;
      return {
        action,
        SAMLResponse: Buffer.from(text).toString("base64"),
        RelayState: searchParams.get("RelayState") ?? "",
      };
    },
  };
}

function answer({
  person,
  lie,
  entityId,
  audience,
  action,
  requestId,
}: {
  person: SamlPerson;
  lie: SamlLie;
  entityId: string;
  audience: string;
  action: string;
  requestId: string;
}): string {
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const issuer = `<saml:Issuer>${lie.issuer ?? entityId}</saml:Issuer>`;
  const [from, until] = [at(lie.from ?? -1), at(lie.until ?? 5)];
  const attributes = Object.entries(person.attributes ?? {}).map(
    ([name, value]) =>
      `<saml:Attribute Name="${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`,
  );
  const format = person.format ?? "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(0)}" Destination="${action}" InResponseTo="${lie.responseInResponseTo ?? requestId}">${issuer}<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(lie.from ?? 0)}">${issuer}<saml:Subject><saml:NameID Format="${format}">${person.nameId}</saml:NameID><saml:SubjectConfirmation Method="${lie.method ?? "urn:oasis:names:tc:SAML:2.0:cm:bearer"}"><saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${lie.recipient ?? action}" InResponseTo="${lie.inResponseTo ?? requestId}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${from}" NotOnOrAfter="${until}"><saml:AudienceRestriction><saml:Audience>${lie.audience ?? audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>${lie.hasNoSignIn ? "" : `<saml:AuthnStatement AuthnInstant="${at(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`}<saml:AttributeStatement>${attributes.join("")}</saml:AttributeStatement></saml:Assertion></samlp:Response>`;
}

function sign(xml: string, element: "Assertion" | "Response", privateKey: string, lie: SamlLie): string {
  const signer = new SignedXml({
    privateKey,
    signatureAlgorithm: lie.algorithm ?? DSIG_MORE,
    canonicalizationAlgorithm: C14N,
  });
  const xpath = `//*[local-name()='${element}']`;
  signer.addReference({
    xpath,
    transforms: [ENVELOPED, C14N],
    digestAlgorithm: lie.digest ?? "http://www.w3.org/2001/04/xmlenc#sha256",
  });
  signer.computeSignature(xml, { location: { reference: `${xpath}/*[local-name()='Issuer']`, action: "after" } });
  return signer.getSignedXml();
}
