export { type Action, isAllowed } from "./access.ts";
export { type ApiKeyIdentity, authenticateApiKey } from "./api-key/authenticate-api-key.ts";
export { createApiKey } from "./api-key/create-api-key.ts";
export { type ApiKeyView, listApiKeys } from "./api-key/list-api-keys.ts";
export { revokeApiKey } from "./api-key/revoke-api-key.ts";
export {
  type ConnectionView,
  type ConnectRequest,
  connect,
  describeConnect,
  endGrant,
  hasServer,
  listConnections,
  mayClientCall,
  mayConnect,
  onlyServerUrl,
  revokeConnection,
} from "./connection/connections.ts";
export type { Actor, Call, Ctx, Deps, Role } from "./context.ts";
export { type DepsOptions, openDeps } from "./deps.ts";
export { type DocumentView, getDocument } from "./document/get-document.ts";
export { getDocumentTool } from "./document/get-document-tool.ts";
export { importDocument } from "./document/import-document.ts";
export { listFindings } from "./document/list-findings.ts";
export type { CompiledSource, CompileSource, JobSource, ValidateSource } from "./document/revision.ts";
export type { ToolView } from "./document/tool-view.ts";
export { AppError, type AppErrorCode, HTTP_STATUS } from "./error.ts";
export { SOURCE_BYTES_MAX, type StoredCredential } from "./input.ts";
export { type BootstrapInput, bootstrap } from "./installation/bootstrap.ts";
export { type CreateOwnerInput, createOwner, hasOwner, PASSWORD_CHARS_MIN } from "./installation/create-owner.ts";
export { rotateOldSigningKey, rotateSigningKeys } from "./installation/rotate-signing-keys.ts";
export { isSetupCode, setupCode } from "./installation/setup-code.ts";
export { cancelJob, getJob, isFinished, type JobState, type JobView, waitForJob, watchJob } from "./job/get-job.ts";
export { reconcileJobs } from "./job/reconcile-jobs.ts";
export { runJob } from "./job/run-job.ts";
export { ensurePartitions, purgeExpired } from "./maintenance/purge-expired.ts";
export { createOAuthClient, type NewOAuthClient } from "./oauth-client/create-oauth-client.ts";
export { listOAuthClients, type OAuthClientView } from "./oauth-client/list-oauth-clients.ts";
export { revokeOAuthClient } from "./oauth-client/revoke-oauth-client.ts";
export { listMembers, type MemberView } from "./organization/list-members.ts";
export { listMemberships, type Membership } from "./organization/memberships.ts";
export { getRequestLimits, type RequestLimits, setRequestLimits } from "./organization/request-limits.ts";
export { createPause } from "./pause.ts";
export { authorizeApiKey, authorizeConnection, type Caller } from "./serve/authorize-caller.ts";
export { describeServer, type ServerDescription } from "./serve/describe-server.ts";
export { type LoadedVersion, loadToolsList, loadVersion } from "./serve/load-version.ts";
export { type ExchangedCredential, type OpenCredential, openCredentials } from "./serve/open-credentials.ts";
export { findServedVersions, resolveServer, type ServerPointer } from "./serve/resolve-server.ts";
export {
  noteCredentialProblem,
  readRefreshToken,
  readUpstreamToken,
  saveUpstreamToken,
  type UpstreamToken,
} from "./serve/upstream-token.ts";
export { compareDraft, type DraftChanges } from "./server/compare-draft.ts";
export { type CreateServerInput, createServer } from "./server/create-server.ts";
export { deleteServer } from "./server/delete-server.ts";
export { getServer, type ServerDetail } from "./server/get-server.ts";
export { getTool, type ToolDetail } from "./server/get-tool.ts";
export { ICON_BYTES_MAX, type Icon, openIcon } from "./server/icon.ts";
export { type CredentialView, listCredentials } from "./server/list-credentials.ts";
export { listDiagnostics } from "./server/list-diagnostics.ts";
export { listServers, type ServerCard } from "./server/list-servers.ts";
export { type DraftTool, listTools } from "./server/list-tools.ts";
export type { Manifest, ToolMode } from "./server/manifest.ts";
export { type DraftSize, LISTED_TOKENS_MAX, LISTED_TOOLS_MAX, measureDraft } from "./server/measure-draft.ts";
export { overrideTool } from "./server/override.ts";
export { type ClientPreview, previewClients } from "./server/preview-clients.ts";
export { type PublishedVersion, publishServer } from "./server/publish-server.ts";
export { type PublishSourceInput, publishSource } from "./server/publish-source.ts";
export { type RevisionView, reviewUpgrade, type UpgradeReview } from "./server/review-upgrade.ts";
export { removeCredential, setCredential } from "./server/set-credential.ts";
export { type UpdateServerInput, updateServer } from "./server/update-server.ts";
export { type Upgraded, type UpgradeServerInput, upgradeServer } from "./server/upgrade-server.ts";
export {
  beginUpstreamSignIn,
  endUpstreamSignIn,
  type UpstreamExchange,
  upstreamCallback,
} from "./server/upstream-sign-in.ts";
export { listVersions, rollbackServer, type VersionView } from "./server/versions.ts";
export type { ServerView } from "./server/views.ts";
export { type CallView, listCalls } from "./usage/list-calls.ts";
export { recordUsage, type UsageEvent, usageChannel } from "./usage/record-usage.ts";
export { summarizeUsage, type UsageFigures, type UsageSummary } from "./usage/summarize-usage.ts";
export { packUsage, unpackUsage } from "./usage/usage-batch.ts";
export { watchUsage } from "./usage/watch-usage.ts";
