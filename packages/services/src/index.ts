export { type Action, isAllowed } from "./access.ts";
export { type ApiKeyIdentity, authenticateApiKey } from "./api-key/authenticate-api-key.ts";
export { type CreateApiKeyInput, createApiKey } from "./api-key/create-api-key.ts";
export { type ApiKeyView, listApiKeys } from "./api-key/list-api-keys.ts";
export { revokeApiKey } from "./api-key/revoke-api-key.ts";
export { API_KEY_SCOPES, type ApiKeyScope, DEFAULT_SCOPES } from "./api-key/scopes.ts";
export {
  type AuditEventView,
  type AuditFilter,
  exportAuditEvents,
  listAuditEvents,
  listAuditFilters,
} from "./audit/list-audit-events.ts";
export { CHAT_STEPS_MAX, type ChatCall, type ChatEvent, type ChatInput, chat } from "./chat/chat.ts";
export { CHAT_MESSAGE_CHARS_MAX } from "./chat/conversation.ts";
export {
  CONNECTION_DAYS,
  type ConnectChoice,
  type ConnectionFilter,
  type ConnectionView,
  type ConnectRequest,
  connect,
  describeConnect,
  endGrant,
  listConnectionFilters,
  listConnections,
  mayClientCall,
  mayConnect,
  missingFields,
  onlyServerUrl,
  revokeConnection,
  revokeConnectionsOf,
  serverOf,
} from "./connection/connections.ts";
export {
  type AccountAtBrowser,
  beginConnectionSignIn,
  beginConnectSignIn,
  changeOwnConnection,
  endOwnConnection,
  fillInFields,
  forgetOwnValue,
  listConnectionTools,
  listOwnConnections,
  type OwnConnection,
  readConnectForm,
} from "./connection/own-connections.ts";
export { type Actor, actIn, type Call, type Ctx, type Deps, inOrganization, type Role } from "./context.ts";
export { type DepsOptions, openDeps } from "./deps.ts";
export { checkDocuments } from "./document/check-documents.ts";
export { type DocumentView, getDocument } from "./document/get-document.ts";
export { getDocumentTool } from "./document/get-document-tool.ts";
export { importDocument } from "./document/import-document.ts";
export { type DocumentCard, listDocuments } from "./document/list-documents.ts";
export { listFindings } from "./document/list-findings.ts";
export type { CompiledSource, CompileSource, JobSource, ValidateSource } from "./document/revision.ts";
export type { ToolView } from "./document/tool-view.ts";
export { type DocumentWatchView, type WatchEvery, watchDocument } from "./document/watch.ts";
export { listReferences } from "./environment.ts";
export { AppError, type AppErrorCode, asAppError, HTTP_STATUS } from "./error.ts";
export {
  EVAL_CASES_MAX,
  type EvalCaseView,
  listEvalCases,
  removeEvalCase,
  type SaveEvalCaseInput,
  saveEvalCase,
  updateEvalCase,
} from "./eval/eval-cases.ts";
export { type EvalResult, type EvalRunView, type RunEvalsInput, runEvals } from "./eval/run-evals.ts";
export { exportEvalSuite, type ImportedSuite, importEvalSuite } from "./eval/suite.ts";
export { SOURCE_BYTES_MAX, type StoredCredential } from "./input.ts";
export { type BootstrapInput, bootstrap } from "./installation/bootstrap.ts";
export { type CreateOwnerInput, createOwner, hasOwner } from "./installation/create-owner.ts";
export { rotateOldSigningKey, rotateSigningKeys } from "./installation/rotate-signing-keys.ts";
export { isSetupCode, setupCode } from "./installation/setup-code.ts";
export { cancelJob, getJob, isFinished, type JobState, type JobView, waitForJob, watchJob } from "./job/get-job.ts";
export { reconcileJobs } from "./job/reconcile-jobs.ts";
export { runJob } from "./job/run-job.ts";
export type { Mailed } from "./mail-link.ts";
export { ensurePartitions, purgeExpired } from "./maintenance/purge-expired.ts";
export { resealSecrets } from "./maintenance/reseal-secrets.ts";
export {
  createModelProvider,
  findModels,
  listModelProviders,
  listProviderModels,
  type ModelProviderChanges,
  type ModelProviderView,
  type ModelTest,
  type NewModelProvider,
  removeModelProvider,
  testModelProvider,
  updateModelProvider,
} from "./model/providers.ts";
export { type SuggestedText, type SuggestedWords, suggestWords } from "./model/suggest-words.ts";
export { createOAuthClient, type NewOAuthClient } from "./oauth-client/create-oauth-client.ts";
export { listOAuthClients, type OAuthClientView } from "./oauth-client/list-oauth-clients.ts";
export { revokeOAuthClient } from "./oauth-client/revoke-oauth-client.ts";
export {
  acceptInvitation,
  joinByInvitation,
  type OpenInvitation,
  readInvitation,
} from "./organization/accept-invitation.ts";
export { chooseOrganization } from "./organization/choose-organization.ts";
export { type CreateInvitationInput, createInvitation, type InvitationLink } from "./organization/create-invitation.ts";
export {
  type InvitationView,
  listInvitations,
  resendInvitation,
  revokeInvitation,
} from "./organization/invitations.ts";
export { listMembers, type MemberView } from "./organization/list-members.ts";
export { changeRole, leaveOrganization, removeMember } from "./organization/members.ts";
export { listMemberships, type Membership } from "./organization/memberships.ts";
export {
  createOrganization,
  deleteOrganization,
  getOrganization,
  mayCreateOrganization,
  type OrganizationView,
  renameOrganization,
} from "./organization/organizations.ts";
export { getRequestLimits, type RequestLimits, setRequestLimits } from "./organization/request-limits.ts";
export { isAtMost, ROLES } from "./organization/roles.ts";
export { whileAllowed } from "./organization/while-allowed.ts";
export { createPause } from "./pause.ts";
export {
  type AccountView,
  changePassword,
  getAccount,
  removePasskey,
  renamePerson,
  unlinkAccount,
} from "./person/account.ts";
export { type Account, recordAccountChange, recordSignIn } from "./person/audit-person.ts";
export { PASSWORD_CHARS_MIN } from "./person/password.ts";
export { proveAddress, requestAddressProof } from "./person/prove-address.ts";
export { createResetLink, readReset, requestReset, resetPassword } from "./person/reset-password.ts";
export { endOtherSessions, endSession, listSessions, type SessionView } from "./person/sessions.ts";
export { mailSignInLink } from "./person/sign-in-link.ts";
export { openEndedSignIn } from "./profile/ended-sign-ins.ts";
export type { OwnField, ProfileChoice } from "./profile/own-profiles.ts";
export type { OwnSignIn } from "./profile/own-sign-in.ts";
export {
  createProfile,
  getProfile,
  listProfileArguments,
  listProfileFields,
  listProfiles,
  listRemovedProfiles,
  type ProfileConflict,
  type ProfileView,
  type RemovedProfile,
  removeProfile,
  removeProfileValue,
  restoreProfile,
  setProfileValue,
  updateProfile,
} from "./profile/profiles.ts";
export { argumentsOf, type ProfileArgument, type ProfileField, type ProfileSettings } from "./profile/settings.ts";
export { type FoundServer, type FoundTool, type SearchResult, search } from "./search/search.ts";
export {
  missingFor,
  ownConnectionUrl,
  profileCredentials,
  signInHost,
  withProfileArguments,
} from "./serve/apply-profile.ts";
export { authorizeApiKey, authorizeConnection, type Caller, READING } from "./serve/authorize-caller.ts";
export { describeServer, type ServerDescription } from "./serve/describe-server.ts";
export { type LoadedVersion, loadToolsList, loadVersion } from "./serve/load-version.ts";
export { type ExchangedCredential, type OpenCredential, openCredentials } from "./serve/open-credentials.ts";
export { type OpenProfile, type OpenSignIn, openProfile } from "./serve/open-profile.ts";
export { readPersonFacts } from "./serve/read-person-facts.ts";
export { findServedVersions, resolveServer, type ServerPointer } from "./serve/resolve-server.ts";
export { askToolSearch, createToolSearch, type ToolSearch } from "./serve/tool-search.ts";
export type { GrantOwner, TokenOwner, UpstreamToken } from "./serve/upstream-token.ts";
export { createUpstreamTokens, type SentToken, type UpstreamTokens } from "./serve/upstream-tokens.ts";
export { calledTool, type ManifestView, viewOf } from "./serve/view-manifest.ts";
export {
  type AddedDocument,
  type AddedDocumentReview,
  type AddedName,
  type AddServerDocumentInput,
  addServerDocument,
  reviewAddedDocument,
} from "./server/add-document.ts";
export { compareDraft, type DraftChanges } from "./server/compare-draft.ts";
export { type ChangedTool, compareVersions, type ToolLine, type VersionChanges } from "./server/compare-versions.ts";
export type { ComposedTool } from "./server/composed-tools.ts";
export { type CreateServerInput, createServer } from "./server/create-server.ts";
export { deleteServer } from "./server/delete-server.ts";
export { type DraftStep, getLastStep, type LastStep, type UndoDraftInput, undoDraft } from "./server/draft-before.ts";
export {
  type EditConflict,
  type EditedTool,
  type EditToolInput,
  editTool,
  type ToolChanges,
} from "./server/edit-tool.ts";
export { changePicks, type EditedTools, editTools, pickTools, type ToolsChanges } from "./server/edit-tools.ts";
export { getServer, type ServerDetail } from "./server/get-server.ts";
export { CALLING_LIMITS, getTool, type ToolDetail } from "./server/get-tool.ts";
export type { HeldView } from "./server/held.ts";
export { ICON_BYTES_MAX, type Icon, openIcon } from "./server/icon.ts";
export { letGo } from "./server/let-go.ts";
export { type AppliedFixes, fixFindings, type LintReport, lintServer } from "./server/lint.ts";
export { type CredentialView, listCredentials } from "./server/list-credentials.ts";
export { listDiagnostics } from "./server/list-diagnostics.ts";
export { listServerDocuments, type ServerDocumentView } from "./server/list-server-documents.ts";
export { listServers, type ServerCard } from "./server/list-servers.ts";
export { type DraftTool, listTools } from "./server/list-tools.ts";
export type { Blocker, Manifest, ToolMode } from "./server/manifest.ts";
export { type DraftSize, LISTED_TOKENS_MAX, LISTED_TOOLS_MAX, measureDraft } from "./server/measure-draft.ts";
export { overrideTool, overrideTools, type ToolEdit } from "./server/override.ts";
export { type Place, type Places, type ProfileBases, placeOf } from "./server/places.ts";
export { type ClientPreview, previewClients } from "./server/preview-clients.ts";
export { previewTool, type ToolClient, type ToolForm, type ToolPreview } from "./server/preview-tool.ts";
export { type PublishedVersion, type PublishServerInput, publishServer } from "./server/publish-server.ts";
export { type PublishSourceInput, publishSource } from "./server/publish-source.ts";
export {
  findSignInAddresses,
  type RegisterCredentialInput,
  type RegisteredCredential,
  registerCredential,
  type SignInAddresses,
} from "./server/register-credential.ts";
export { type RemovedDocumentReview, removeServerDocument, reviewRemovedDocument } from "./server/remove-document.ts";
export {
  type DraftDifference,
  type RestoreDraftInput,
  type RestoreReview,
  restoreDraft,
  reviewRestore,
} from "./server/restore-draft.ts";
export { type PublishReview, type PublishWarning, reviewPublish } from "./server/review-publish.ts";
export { type RevisionView, reviewUpgrade, type UpgradeReview } from "./server/review-upgrade.ts";
export { removeCredential, setCredential } from "./server/set-credential.ts";
export { type ConnectPicks, type SignInBack, upstreamCallback } from "./server/sign-in-request.ts";
export { updateServerDocument } from "./server/update-document.ts";
export { type UpdateServerInput, updateServer } from "./server/update-server.ts";
export { type Upgraded, type UpgradeServerInput, upgradeServer } from "./server/upgrade-server.ts";
export {
  beginUpstreamSignIn,
  type EndedSignIn,
  endUpstreamSignIn,
  type UpstreamExchange,
} from "./server/upstream-sign-in.ts";
export {
  diffVersions,
  listVersions,
  listVersionTools,
  rollbackServer,
  type VersionDiff,
  type VersionTool,
  type VersionView,
} from "./server/versions.ts";
export { READ_ONLY_PATH, type ServerView } from "./server/views.ts";
export type { AccessReason, Visibility } from "./server-access/find-access.ts";
export { type AccessGrantView, getAccess, type ServerAccess } from "./server-access/get-access.ts";
export { type GuestView, inviteGuest } from "./server-access/guest.ts";
export { type GuestServer, listGuestServers } from "./server-access/list-guest-servers.ts";
export { grantAccess, removeAccess, setAccess } from "./server-access/set-access.ts";
export {
  isToolAllowed,
  limitOf,
  type ToolGrant,
  type ToolLimit,
  toolGrantSchema,
} from "./server-access/tool-grant.ts";
export {
  type DomainProof,
  getSso,
  proveSsoDomains,
  removeSso,
  type SsoAddresses,
  type SsoInput,
  type SsoKind,
  type SsoView,
  serviceProvider,
  setSso,
  ssoAddresses,
} from "./sso/provider.ts";
export {
  beginSso,
  endSso,
  findSso,
  hasSso,
  keepPostedAnswer,
  mustUseSso,
  SSO_MINUTES,
  SSO_REFUSALS,
  type SsoOrganization,
  type SsoRefusal,
} from "./sso/sign-in.ts";
export { createTeam, listTeams, removeTeam, type TeamView, updateTeam } from "./team/teams.ts";
export type { AnswerView, ShownAnswer } from "./try/answer.ts";
export { previewShape, type ShapePreview } from "./try/preview-shape.ts";
export { keepSample, readSample, removeSample, SAMPLE_CHARS_MAX, type ToolSampleView } from "./try/sample.ts";
export type { TriedCall } from "./try/try-call.ts";
export { type TriedComposed, type TriedStep, type TryComposedInput, tryComposed } from "./try/try-composed.ts";
export { type TryToolInput, tryTool } from "./try/try-tool.ts";
export { ANONYMOUS, CALL_OUTCOMES, CALL_RANGES, type CallFilter, type CallRange } from "./usage/call-filter.ts";
export { type CallView, exportCalls, getCall, listCalls } from "./usage/list-calls.ts";
export { monthOf, nextMonth, readMonthlyCalls } from "./usage/monthly-calls.ts";
export { getQuotaUse, type QuotaUse } from "./usage/quota.ts";
export { type CallStep, recordUsage, type UsageEvent, usageChannel, usageEventSchema } from "./usage/record-usage.ts";
export { type CallChoices, type CallsSummary, listCallFilters, summarizeCalls } from "./usage/summarize-calls.ts";
export { summarizeUsage, type UsageFigures, type UsageSummary } from "./usage/summarize-usage.ts";
export { packUsage, type UsageBatch, unpackUsage } from "./usage/usage-batch.ts";
export { watchUsage } from "./usage/watch-usage.ts";
