import type { Principal } from "@portico/mcp";
import type { Tool } from "@portico/openapi";
import {
  type OpenCredential,
  ownConnectionUrl,
  type SentToken,
  signInHost,
  type UpstreamTokens,
} from "@portico/services";
import { type CallOutcome, missingScopesOf } from "@portico/upstream";

/** What a person can do about a call that was made, or was to be made, with their own account at the API. */
export interface OwnAccount {
  publicUrl: string;
  principal: Principal;
  /** The credentials of the server, for where its clients sign people in. */
  ofServer: Record<string, OpenCredential>;
}

/** Why a call was not made with a person's own account: what to do about it where they can, and no word of the API's. */
export function withoutOwnToken(
  { scheme, isOver }: { scheme: string; isOver: boolean },
  { publicUrl, principal, ofServer }: OwnAccount,
): string {
  const host = signInHost(ofServer, scheme);
  return isOver
    ? `The tool was not called: the sign-in at ${host} of the person who connected has ended. They can sign in again at ${ownConnectionUrl(publicUrl, principal)}, then try again.`
    : `The tool was not called: ${host} gave no token for the person who connected. Try again in a minute; if it goes on, an admin can look at the credential "${scheme}" under Credentials.`;
}

/**
 * The outcome of a call for which the API wants a permission that the person has not given: which, and where they give it. Their next
 * sign-in asks for it, as far as the document knows it. Undefined where the API said nothing of the kind.
 */
export async function withMissingScopes(
  { plan }: Pick<Tool, "plan">,
  outcome: CallOutcome,
  tokens: readonly SentToken[],
  upstreamTokens: Pick<UpstreamTokens, "noteMissingScopes">,
  { publicUrl, principal, ofServer }: OwnAccount,
): Promise<CallOutcome | undefined> {
  const wanted = missingScopesOf(outcome.challenge);
  const sent = tokens.find(({ owner }) => owner.kind === "grant");
  if (!wanted || sent?.owner.kind !== "grant") return undefined;
  const { declared, ofTool } = scopesOf(plan, sent.scheme);
  const scopes = wanted.length > 0 ? wanted.filter((scope) => declared.has(scope)) : ofTool;
  if (scopes.length > 0) await upstreamTokens.noteMissingScopes(sent.owner, scopes);
  const [host, url] = [signInHost(ofServer, sent.scheme), ownConnectionUrl(publicUrl, principal)];
  const text =
    scopes.length > 0
      ? `The account at ${host} of the person who connected has not allowed this: it takes ${scopes.map((scope) => `"${scope}"`).join(" and ")}. They can allow it by signing in again at ${url}, then try again.`
      : `The account at ${host} of the person who connected has not allowed this, and the API's document does not say which permission it takes.`;
  const { result } = outcome;
  return { ...outcome, result: { ...result, content: [...result.content, { type: "text", text }] } };
}

/** The scopes that the document knows of a security scheme, and those that it says this tool takes. */
function scopesOf({ security }: Tool["plan"], name: string): { declared: ReadonlySet<string>; ofTool: string[] } {
  const requirements = security.flat().filter(({ scheme }) => scheme.name === name);
  const ofTool = [...new Set(requirements.flatMap(({ scopes }) => scopes))];
  const flows = Object.values((requirements[0]?.scheme.flows ?? {}) as Record<string, { scopes?: object }>);
  return { declared: new Set([...ofTool, ...flows.flatMap(({ scopes }) => Object.keys(scopes ?? {}))]), ofTool };
}
