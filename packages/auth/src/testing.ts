// For tests that sign tokens as an attacker would who had a key.
export { readSigningKeys } from "./signing-keys.ts";
export {
  createFakeSamlProvider,
  type FakeSamlProvider,
  type SamlLie,
  type SamlPerson,
} from "./single-sign-on/saml-testing.ts";
export { createFakeProvider, type FakeProvider, type Lie } from "./single-sign-on/testing.ts";
