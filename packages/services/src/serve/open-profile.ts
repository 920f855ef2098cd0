import type { Person } from "@portico/upstream";
import type { Deps } from "../context.ts";
import { environmentOf } from "../environment.ts";
import { findProfileFor } from "../profile/find-profile.ts";
import { findSignIns, type SignInRow, schemeOf } from "../profile/own-sign-in.ts";
import { openValue } from "../profile/profile-value.ts";
import type { ProfileArgument } from "../profile/settings.ts";
import type { SentCredential } from "../server/credential.ts";
import { readPersonFacts } from "./read-person-facts.ts";
import type { TokenOwner } from "./upstream-token.ts";

/** What a caller runs with in the place of the server's own settings, in the clear. Held in memory only, and only by the gateway. */
export interface OpenProfile {
  id: string;
  name: string;
  /** What its tools look like, where it changes how they look. Profiles with the same key look the same. */
  view: { key: string; hidden: ReadonlySet<string>; arguments: readonly ProfileArgument[] } | undefined;
  arguments: readonly ProfileArgument[];
  /** What is known of the person; nothing of a machine. */
  person: Person;
  baseUrl: string | undefined;
  /** Of documents with a key. */
  baseUrls: Readonly<Record<string, string>> | undefined;
  variables: Record<string, string>;
  /** By security scheme, each with the origins it may be sent to. */
  credentials: Record<string, SentCredential & { origins: readonly string[]; storedUnder: string }>;
  /** Schemes for which the server's own credential is not used. */
  withheld: ReadonlySet<string>;
  /** By security scheme, where each person signs in at the API with an account of their own. */
  signIns: ReadonlyMap<string, OpenSignIn>;
  /** Fields that the person fills in and has not. */
  missing: ReadonlySet<string>;
}

/** With which client of the server a person signs in, as it was stored when, and whose tokens are theirs; null before they have. */
export interface OpenSignIn {
  credentialId: string;
  setAt: Date;
  owner: TokenOwner | null;
  /** The API takes them no longer. */
  hasEnded: boolean;
}

/** The profile that a caller of a server runs with, or null: the server's own settings. A machine has no `userId`, and fills nothing in. */
export async function openProfile(
  deps: Pick<Deps, "db" | "vault" | "environment">,
  caller: { serverId: string; profileId: string | null; userId: string | null },
): Promise<OpenProfile | null> {
  const profile = await findProfileFor(deps, caller);
  if (!profile) return null;
  const { settings, holderOf, ownFields } = profile;
  const [person, clients, environment, rows] = await Promise.all([
    caller.userId ? readPersonFacts(deps, { userId: caller.userId, organizationId: profile.organizationId }) : {},
    findSignIns(deps, caller),
    environmentOf(deps, profile.organizationId),
    deps.db.profileValue.findMany({
      where: {
        profile: { serverId: caller.serverId },
        OR: [{ userId: null }, ...(caller.userId ? [{ userId: caller.userId }] : [])],
      },
      select: { profileId: true, userId: true, field: true, sealed: true, origins: true },
    }),
  ]);
  const variables: OpenProfile["variables"] = {};
  const credentials: OpenProfile["credentials"] = {};
  const missing = new Set(ownFields);
  const signIns = signInsOf(ownFields, clients, caller.userId);
  for (const [scheme, { owner, hasEnded }] of signIns) if (owner && !hasEnded) missing.delete(`credential:${scheme}`);
  for (const row of rows) {
    const holder = holderOf(row.field);
    if (holder?.profileId !== row.profileId || holder.userId !== row.userId) continue;
    const [kind, name] = splitField(row.field);
    // What was typed before there was a client to sign in with is not sent.
    if (kind === "credential" && signIns.has(name)) continue;
    missing.delete(row.field);
    const value = openValue({ vault: deps.vault, environment }, row);
    if (value === undefined) continue;
    if (kind === "variable") variables[name] = value as string;
    else
      credentials[name] = {
        ...(value as SentCredential),
        origins: row.origins,
        storedUnder: row.userId === null ? `Profiles, in "${profile.name}"` : "Your connections",
      };
  }
  const hidden = new Set(settings.hiddenTools);
  return {
    id: profile.id,
    name: profile.name,
    view:
      hidden.size > 0 || settings.arguments.length > 0
        ? { key: profile.key, hidden, arguments: settings.arguments }
        : undefined,
    arguments: settings.arguments,
    person,
    baseUrl: settings.baseUrl,
    baseUrls: settings.baseUrls,
    variables,
    credentials,
    withheld: new Set(
      Object.entries(settings.fields).flatMap(([field, holder]) => {
        const [kind, name] = splitField(field);
        return kind === "credential" && holder !== "organization" ? [name] : [];
      }),
    ),
    signIns,
    missing,
  };
}

function signInsOf(
  ownFields: readonly string[],
  clients: ReadonlyMap<string, SignInRow>,
  userId: string | null,
): OpenProfile["signIns"] {
  const found = new Map<string, OpenSignIn>();
  for (const field of ownFields) {
    const scheme = schemeOf(field) ?? "";
    const client = clients.get(scheme);
    if (!client) continue;
    const { id: credentialId, setAt, grant } = client;
    const owner = grant && userId !== null ? { kind: "grant" as const, id: grant.id, credentialId, userId } : null;
    found.set(scheme, { credentialId, setAt, owner, hasEnded: owner !== null && grant?.problem !== null });
  }
  return found;
}

/** A field's kind and name: "credential:{security scheme}" or "variable:{name}". */
function splitField(field: string): [kind: string, name: string] {
  const at = field.indexOf(":");
  return [field.slice(0, at), field.slice(at + 1)];
}
