export { type AccessToken, createAccessTokenVerifier } from "./access-token.ts";
export {
  type AuthorizationRequest,
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
  TOOLS_SCOPE,
} from "./authorization-server.ts";
export { revokeGrant } from "./oidc-adapter.ts";
export { hashPassword } from "./password.ts";
