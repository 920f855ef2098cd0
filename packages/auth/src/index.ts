export { type AccessToken, createAccessTokenVerifier } from "./access-token.ts";
export {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from "./authorization-server.ts";
export type { FetchDocument, FetchedDocument } from "./client-documents.ts";
export { addKnownClient, type KnownClient, type MadeClient, removeKnownClient } from "./known-client.ts";
export { networkOf } from "./network-of.ts";
export { revokeGrant } from "./oidc-adapter.ts";
export { hashPassword } from "./password.ts";
export { type PendingRequest, readPendingRequest } from "./pending-request.ts";
export { createPeople, type People, type Person, readPerson } from "./people.ts";
export { TOOLS_SCOPE } from "./provider.ts";
export { rotateSigningKey } from "./signing-keys.ts";
