export { type AccessToken, createAccessTokenVerifier } from "./access-token.ts";
export {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from "./authorization-server.ts";
export type { FetchDocument, FetchedDocument } from "./client-documents.ts";
export type { CodeProblem } from "./device-flow.ts";
export { addKnownClient, type KnownClient, type MadeClient, removeKnownClient } from "./known-client.ts";
export { networkOf } from "./network-of.ts";
export { revokeGrant } from "./oidc-adapter.ts";
export { hashPassword, verifyPassword } from "./password.ts";
export { type PendingRequest, readPendingRequest } from "./pending-request.ts";
export {
  createPeople,
  type People,
  type PeopleOptions,
  type Person,
  readPerson,
  SESSION_DAYS_MAX,
  SIGN_IN_LINK_MINUTES,
  SOCIAL_PROVIDERS,
  type SocialClient,
  type SocialProvider,
  signInLinkCallback,
  type WrongPasswords,
} from "./people.ts";
export { DESTROY_SCOPE, DEVICE_CODE_PATH, DEVICE_PATH, TOOLS_SCOPE } from "./provider.ts";
export { DEVICE_GRANT } from "./registration-policy.ts";
export { resealSignIns } from "./reseal.ts";
export { rotateSigningKey } from "./signing-keys.ts";
export { type Claims, IdentityProviderError } from "./single-sign-on/claims.ts";
export {
  beginAtProvider,
  discoverIdentityProvider,
  endAtProvider,
  type GuardedFetch,
  type IdentityProvider,
  type SignInChecks,
} from "./single-sign-on/relying-party.ts";
export {
  beginAtSamlProvider,
  certificateEnd,
  checkSamlProvider,
  describeServiceProvider,
  endAtSamlProvider,
  readSamlMetadata,
  type SamlChecks,
  type SamlProvider,
  type ServiceProvider,
} from "./single-sign-on/saml.ts";
export { SSO_REQUIRED } from "./single-sign-on/session-plugin.ts";
