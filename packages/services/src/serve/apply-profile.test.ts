import { expect, it } from "vitest";
import { profileCredentials } from "./apply-profile.ts";
import type { OpenCredential } from "./open-credentials.ts";
import type { OpenProfile } from "./open-profile.ts";
import type { TokenOwner } from "./upstream-token.ts";

const setAt = new Date("2026-11-01T00:00:00Z");
const client = (more: object = {}): OpenCredential => ({
  type: "authorizationCode",
  clientId: "portico",
  tokenUrl: "https://login.example.com/token",
  authorizationUrl: "https://login.example.com/authorize",
  sendIn: "header",
  origins: ["https://api.example.com"],
  owner: { kind: "credential", id: "crd_1", setAt, ...more },
});
const owner: TokenOwner = { kind: "grant", id: "upg_1", credentialId: "crd_1", userId: "usr_1" };
const profile = (more: object = {}) =>
  ({
    credentials: {},
    withheld: new Set(["account"]),
    signIns: new Map([["account", { credentialId: "crd_1", setAt, owner, hasEnded: false, ...more }]]),
  }) as unknown as OpenProfile;

it("a person's tokens are got with the client that they signed in with", () => {
  expect(profileCredentials(profile(), { account: client() }).account).toMatchObject({ owner });
});

it.each<[string, object, Record<string, OpenCredential>]>([
  ["was stored anew since", {}, { account: client({ setAt: new Date() }) }],
  ["is another", {}, { account: client({ id: "crd_2" }) }],
  ["is gone", {}, {}],
  ["is none that people sign in with", {}, { account: { type: "bearer", token: "x", origins: [] } }],
  ["is one that they never signed in with", { owner: null }, { account: client() }],
  ["is one whose sign-in has ended", { hasEnded: true }, { account: client() }],
])("a person's tokens are not used when the client %s, nor is what the server has", (_what, more, ofServer) => {
  expect(profileCredentials(profile(more), ofServer)).toEqual({});
});
