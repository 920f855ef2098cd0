import type { Principal } from "@portico/mcp";

import { argumentOf, isFlattened, type Tool } from "@portico/openapi";
import { withoutFact } from "@portico/upstream";
import { argumentsOf, type ProfileArgument } from "../profile/settings.ts";
import type { ExchangedCredential, OpenCredential } from "./open-credentials.ts";
import type { OpenProfile, OpenSignIn } from "./open-profile.ts";

type Problem = { problem: string };

/** The arguments of a call as the profile has them: what is fixed whatever the model says, and defaults for what it left out. */
export function withProfileArguments(
  { name: profileName, arguments: all, person }: Pick<OpenProfile, "name" | "arguments" | "person">,
  tool: Pick<Tool, "operation" | "document" | "inputSchema" | "renamed">,
  args: unknown,
): { args: unknown } | Problem {
  if (all.length === 0) return { args };
  // What is no object is for the validator to refuse.
  const isObject = typeof args === "object" && args !== null && !Array.isArray(args);
  if (args !== undefined && !isObject) return { args };
  const given: Record<string, unknown> = { ...(args as object) };
  for (const [key, one] of argumentsOf(all, tool)) {
    const name = argumentOf(tool, key);
    if (name === undefined) {
      if (one.mode === "fixed" && isFlattened(tool, key)) return { problem: flattenedText(profileName, key) };
      // What is given for every tool is given to those that have it, and what the version fixes is no argument.
      continue;
    }
    // Strict dialects have no optional arguments: leaving one out is sending null.
    const isLeftOut = !Object.hasOwn(given, name) || (given[name] ?? null) === null;
    if (one.mode === "default" && !isLeftOut) continue;
    const value = presetOf(one, person);
    if (value !== undefined) define(given, name, value);
    else if (one.mode === "fixed" && one.person) return { problem: withoutFact(one.person) };
  }
  return { args: given };
}

/** What was fixed as a whole would be the model's to say, one property at a time. */
function flattenedText(profileName: string, key: string): string {
  return `The tool was not called: the profile "${profileName}" fixes "${key}", which is several arguments now. Whoever runs this server has to fix these in the profile.`;
}

function presetOf({ value, person: fact }: ProfileArgument, person: OpenProfile["person"]): unknown {
  return fact ? person[fact] : value;
}

/** Also a name that objects have by themselves. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The credentials of a call: the profile's own, those of the server that it does not hold back, and the person's own accounts at the API. */
export function profileCredentials(
  profile: OpenProfile,
  ofServer: Record<string, OpenCredential>,
): Record<string, OpenCredential> {
  const kept = Object.entries(ofServer).filter(([scheme]) => !profile.withheld.has(scheme));
  const opened = { ...Object.fromEntries(kept), ...profile.credentials };
  for (const [scheme, signIn] of profile.signIns) {
    const client = clientOf(ofServer, scheme);
    if (signIn.owner && !signIn.hasEnded && client && isOf(client, signIn))
      opened[scheme] = { ...client, owner: signIn.owner };
  }
  return opened;
}

/** What somebody got is used with the very client that they got it with, whichever of the two was heard of first. */
function isOf({ owner }: ExchangedCredential, { credentialId, setAt }: OpenSignIn): boolean {
  return owner.kind === "credential" && owner.id === credentialId && owner.setAt.getTime() === setAt.getTime();
}

/** A client of the server that people sign in with. */
function clientOf(ofServer: Record<string, OpenCredential>, scheme: string) {
  const client = Object.hasOwn(ofServer, scheme) ? ofServer[scheme] : undefined;
  return client?.type === "authorizationCode" ? client : undefined;
}

/** Where people sign in at the API with a client of the server. */
export function signInHost(ofServer: Record<string, OpenCredential>, scheme: string): string {
  const client = clientOf(ofServer, scheme);
  return client ? new URL(client.authorizationUrl).host : "the API";
}

/** Where a person changes what their connection runs with. */
export function ownConnectionUrl(publicUrl: string, { connectionId }: Pick<Principal, "connectionId">): string {
  return `${publicUrl}/connections${connectionId ? `?edit=${connectionId}` : ""}`;
}

/**
 * What a person has to do before this tool can be called with their profile, in words for the model and its person; undefined when
 * nothing is missing for it. A machine has nothing of its own to fill in, and no account to sign in with.
 */
export function missingFor(
  profile: OpenProfile,
  { plan }: Pick<Tool, "plan">,
  { opened, ofServer }: { opened: Record<string, OpenCredential>; ofServer: Record<string, OpenCredential> },
  { publicUrl, principal, baseUrl }: { publicUrl: string; principal: Principal; baseUrl: string | undefined },
): string | undefined {
  if (profile.missing.size === 0) return undefined;
  const isMissing = (kind: string, name: string) => profile.missing.has(`${kind}:${name}`);
  const ways = plan.security;
  const isOpen = ways.length === 0 || ways.some((way) => way.every(({ scheme }) => Object.hasOwn(opened, scheme.name)));
  const schemes = (isOpen ? [] : [...new Set(ways.flat().map(({ scheme }) => scheme.name))]).filter((name) =>
    isMissing("credential", name),
  );
  const variables = (baseUrl ? [] : Object.keys(plan.baseUrls[0]?.variables ?? {})).filter((name) =>
    isMissing("variable", name),
  );
  if (schemes.length === 0 && variables.length === 0) return undefined;
  const isPerson = principal.kind === "user";
  const signIns = schemes.filter((name) => profile.signIns.has(name));
  const typed = [
    ...schemes.filter((name) => !profile.signIns.has(name)).map((name) => `the credential "${name}"`),
    ...variables.map((name) => `"${name}" of the address`),
  ].join(" and ");
  const needs = [
    ...signIns.map((name) => signInSentence(signInHost(ofServer, name), { isPerson, ...profile.signIns.get(name) })),
    ...(typed === ""
      ? []
      : [
          isPerson
            ? `${typed} is still to be filled in by the person who connected (profile "${profile.name}").`
            : `in the profile "${profile.name}" each person fills in ${typed} themselves, and this caller is not a person.`,
        ]),
  ].join(" Also, ");
  return isPerson
    ? `The tool was not called: ${needs} They can do it at ${ownConnectionUrl(publicUrl, principal)}, then try again.`
    : `The tool was not called: ${needs} Connect as a person, or let an admin choose a default profile with a credential of the organization.`;
}

function signInSentence(host: string, { isPerson, hasEnded }: { isPerson: boolean; hasEnded?: boolean }): string {
  if (!isPerson)
    return `it works with each person's own account at ${host}, and this caller is not a person who could sign in there.`;
  return hasEnded
    ? `the sign-in at ${host} of the person who connected has ended, and they have to sign in again.`
    : `it works with the own account at ${host} of the person who connected, and they have not signed in there yet.`;
}
