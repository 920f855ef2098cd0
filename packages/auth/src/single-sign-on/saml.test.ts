import { beforeAll, describe, expect, it } from "vitest";
import { IdentityProviderError } from "./claims.ts";
import {
  beginAtSamlProvider,
  certificateEnd,
  describeServiceProvider,
  endAtSamlProvider,
  readSamlMetadata,
  type SamlProvider,
} from "./saml.ts";
import { createFakeSamlProvider, type FakeSamlProvider, type SamlLie, type SamlPerson } from "./saml-testing.ts";

const OWN = {
  entityId: "https://portico.example.com/sso/saml/org_1",
  callbackUrl: "https://portico.example.com/sso/saml",
};
const ADA: SamlPerson = { nameId: "ada@harbor.example", attributes: { displayName: "Ada" } };
const SHA1 = {
  algorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
  digest: "http://www.w3.org/2000/09/xmldsig#sha1",
};

let idp: FakeSamlProvider;
let provider: SamlProvider;
beforeAll(async () => {
  idp = await createFakeSamlProvider({ entityId: "https://login.harbor.example" });
  provider = readSamlMetadata(idp.metadata);
});

async function signIn(person: SamlPerson = ADA, lie: SamlLie = {}, by: FakeSamlProvider = idp) {
  const { url, checks } = await beginAtSamlProvider(provider, OWN, "state-1");
  const { SAMLResponse: response, RelayState } = by.signIn(url, person, lie);
  expect(RelayState).toBe("state-1");
  return endAtSamlProvider(provider, OWN, { response, checks });
}

describe("metadata", () => {
  it("says who the provider is, where people go and what it signs with", () => {
    expect(provider).toMatchObject({
      entityId: "https://login.harbor.example",
      entryPoint: "https://login.harbor.example/sso",
    });
    expect(provider.certificates).toHaveLength(1);
    expect(certificateEnd(provider.certificates[0] ?? "").getTime()).toBeGreaterThan(Date.now());
  });
  it.each<[string, (xml: string) => string, RegExp]>([
    ["no XML", () => "<html", /is no XML/],
    [
      "an entity",
      (xml) => xml.replace("<EntityDescriptor", '<!DOCTYPE x [<!ENTITY a "b">]><EntityDescriptor'),
      /document type/,
    ],
    ["no provider", (xml) => xml.replaceAll("IDPSSODescriptor", "SPSSODescriptor"), /no identity provider/],
    ["no name", (xml) => xml.replace(/entityID="[^"]*"/, ""), /entityID/],
    ["no sign-in by redirect", (xml) => xml.replace("HTTP-Redirect", "SOAP"), /HTTP-Redirect/],
    [
      "a sign-in without TLS",
      (xml) => xml.replaceAll("https://login.harbor.example/sso", "http://login.harbor.example/sso"),
      /https address/,
    ],
    [
      "a script for a sign-in",
      (xml) => xml.replaceAll("https://login.harbor.example/sso", "javascript:alert(1)//"),
      /https address/,
    ],
    ["no certificate", (xml) => xml.replace(/<KeyDescriptor[\s\S]*<\/KeyDescriptor>/, ""), /no certificate/],
    ["a certificate for encryption alone", (xml) => xml.replace('use="signing"', 'use="encryption"'), /no certificate/],
    [
      "a certificate that is none",
      (xml) => xml.replace(/<X509Certificate>[^<]*/, "<X509Certificate>AAAA"),
      /cannot be read/,
    ],
    ["too much", (xml) => xml + " ".repeat(600_000), /too long/],
  ])("with %s is refused", (_what, change, words) => {
    expect(() => readSamlMetadata(change(idp.metadata))).toThrow(words);
    expect(() => readSamlMetadata(change(idp.metadata))).toThrow(IdentityProviderError);
  });
  it("of ours names us and where answers go", () => {
    const xml = describeServiceProvider({ ...OWN, entityId: `${OWN.entityId}?a="&<` });
    expect(xml).toContain(`entityID="${OWN.entityId}?a=&quot;&amp;&lt;"`);
    expect(xml).toContain(`Location="${OWN.callbackUrl}"`);
  });
});

describe("an answer", () => {
  it.each<[string, SamlPerson, object]>([
    ["its NameID", ADA, { subject: "ada@harbor.example", email: "ada@harbor.example", name: "Ada" }],
    [
      "attributes, whatever they are called",
      {
        nameId: "u-17",
        format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        attributes: { "urn:oid:0.9.2342.19200300.100.1.3": "Ada@Harbor.example" },
      },
      { subject: "u-17", email: "ada@harbor.example", name: null },
    ],
    [
      "the address, of a NameID that is another each time",
      {
        nameId: "t-1",
        format: "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
        attributes: { mail: "a@b.example" },
      },
      { subject: "a@b.example", email: "a@b.example", name: null },
    ],
  ])("says who signed in, by %s", async (_how, person, claims) => {
    expect(await signIn(person)).toEqual({ emailVerified: true, ...claims });
  });
  it.each(["assertion", "response", "both"] as const)("counts where the %s is signed", async (signed) => {
    expect(await signIn(ADA, { signed })).toMatchObject({ subject: "ada@harbor.example" });
  });
  it("tells the provider who asks, where to answer, and what came along", async () => {
    const { url } = await beginAtSamlProvider(provider, OWN, "a state & more");
    expect(url.startsWith("https://login.harbor.example/sso?")).toBe(true);
    expect(new URL(url).searchParams.get("RelayState")).toBe("a state & more");
    expect(idp.signIn(url, ADA).action).toBe(OWN.callbackUrl);
  });
});

/** The signed assertion, as it stands in an answer. */
const assertionOf = (xml: string) => /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)?.[0] ?? "";
const signatureOf = (xml: string) => /<Signature[\s\S]*<\/Signature>/.exec(xml)?.[0] ?? "";
/** The same assertion with somebody else in it, unsigned, under another id. */
const forgedFrom = (xml: string) =>
  assertionOf(xml)
    .replace(signatureOf(xml), "")
    .replace(/ID="[^"]*"/, 'ID="_evil"')
    .replaceAll("ada@harbor.example", "owner@harbor.example");

describe("SE-14: nobody becomes somebody else by a forged answer", () => {
  it.each<[string, SamlLie]>([
    ["that nobody signed", { signed: "nothing" }],
    ["that somebody else signed", { hasForeignKey: true }],
    ["that somebody else signed twice", { hasForeignKey: true, signed: "both" }],
    [
      "in which the address was changed",
      { tamper: (xml) => xml.replaceAll("ada@harbor.example", "owner@harbor.example") },
    ],
    ["in which an attribute was changed", { tamper: (xml) => xml.replace(">Ada<", ">Owner<") }],
    ["without its signature", { tamper: (xml) => xml.replace(signatureOf(xml), "") }],
    [
      "that is an unsigned assertion before the signed one",
      { tamper: (xml) => xml.replace(assertionOf(xml), forgedFrom(xml) + assertionOf(xml)) },
    ],
    [
      "that is an unsigned assertion after the signed one",
      { tamper: (xml) => xml.replace(assertionOf(xml), assertionOf(xml) + forgedFrom(xml)) },
    ],
    [
      "with the signed assertion inside a forged one",
      {
        tamper: (xml) =>
          xml.replace(
            assertionOf(xml),
            forgedFrom(xml).replace("</saml:Assertion>", `${assertionOf(xml)}</saml:Assertion>`),
          ),
      },
    ],
    [
      "with the signed assertion in an extension of a forged answer",
      {
        tamper: (xml) =>
          xml.replace(assertionOf(xml), `<samlp:Extensions>${assertionOf(xml)}</samlp:Extensions>${forgedFrom(xml)}`),
      },
    ],
    [
      "with the signed assertion in the forged one's signature",
      {
        tamper: (xml) => {
          const moved = signatureOf(xml).replace(
            "</Signature>",
            `<Object>${assertionOf(xml).replace(signatureOf(xml), "")}</Object></Signature>`,
          );
          return xml.replace(assertionOf(xml), forgedFrom(xml).replace("<saml:Subject>", `${moved}<saml:Subject>`));
        },
      },
    ],
    [
      "with the forged assertion under the signed one's id",
      {
        tamper: (xml) => {
          const id = /<saml:Assertion ID="([^"]*)"/.exec(xml)?.[1] ?? "";
          return xml.replace(assertionOf(xml), forgedFrom(xml).replace("_evil", id) + assertionOf(xml));
        },
      },
    ],
    [
      "whose signed answer stands in a forged one",
      {
        signed: "response",
        tamper: (xml) => {
          const outer = xml
            .replace(signatureOf(xml), "")
            .replace(/ID="[^"]*"/, 'ID="_outer"')
            .replace(assertionOf(xml), forgedFrom(xml));
          return outer.replace("<samlp:Status>", `<samlp:Extensions>${xml}</samlp:Extensions><samlp:Status>`);
        },
      },
    ],
    ["with two signatures", { tamper: (xml) => xml.replace(signatureOf(xml), signatureOf(xml) + signatureOf(xml)) }],
    ["that declares an entity", { tamper: (xml) => `<!DOCTYPE r [<!ENTITY who "owner@harbor.example">]>${xml}` }],
    ["that is signed with SHA-1", SHA1],
    ["of another provider", { issuer: "https://login.evil.example" }],
    ["for somebody else", { audience: "https://elsewhere.example" }],
    ["for another organization here", { audience: "https://portico.example.com/sso/saml/org_2" }],
    ["for another address", { recipient: "https://elsewhere.example/sso/saml" }],
    ["to another request", { inResponseTo: "_another", responseInResponseTo: "_another" }],
    ["to another request, in the answer around it", { responseInResponseTo: "_another" }],
    ["to another request, in the assertion", { inResponseTo: "_another" }],
    ["that does not say to which request", { responseInResponseTo: "" }],
    ["that is over", { from: -20, until: -10 }],
    ["that is not yet good", { from: 10, until: 20 }],
    ["that is an hour old and good for a day", { from: -60, until: 1_440 }],
    ["that whoever has it may use, but not as its bearer", { method: "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches" }],
    ["for which nobody signed in", { hasNoSignIn: true }],
    ["that is no XML", { tamper: () => "<samlp:Response" }],
    ["that is another document", { tamper: () => "<html/>" }],
    ["that is encrypted", { tamper: (xml) => xml.replace(assertionOf(xml), "<saml:EncryptedAssertion/>") }],
    [
      "that says that it failed",
      { tamper: (xml) => xml.replace(assertionOf(xml), "").replace("status:Success", "status:Responder") },
    ],
    ["that is a megabyte long", { tamper: (xml) => xml + " ".repeat(1_000_000) }],
  ])("%s", async (_what, lie) => {
    await expect(signIn(ADA, lie)).rejects.toBeInstanceOf(IdentityProviderError);
  });
  it("by a comment in their address", async () => {
    // What was signed holds no comment: the whole text is the address, and that is of another domain.
    const person = { nameId: "owner@harbor.example<!-- -->.evil.example" };
    const claims = await signIn(person).catch((error: unknown) => error);
    if (!(claims instanceof IdentityProviderError))
      expect(claims).toMatchObject({ email: "owner@harbor.example.evil.example" });
  });
  it("by an answer that was given once to another request", async () => {
    const first = await beginAtSamlProvider(provider, OWN, "s");
    const { SAMLResponse: response } = idp.signIn(first.url, ADA);
    const second = await beginAtSamlProvider(provider, OWN, "s");
    await expect(endAtSamlProvider(provider, OWN, { response, checks: second.checks })).rejects.toBeInstanceOf(
      IdentityProviderError,
    );
    expect(await endAtSamlProvider(provider, OWN, { response, checks: first.checks })).toMatchObject({ name: "Ada" });
  });
  it("and says nothing of what the provider wrote", async () => {
    const canary = "canary-of-the-provider";
    const error = await signIn({ nameId: canary }, { signed: "nothing" }).catch((error: Error) => error);
    expect(String(error)).not.toContain(canary);
  });
});
