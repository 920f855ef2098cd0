import { audit } from "../audit/audit.ts";
import type { Deps } from "../context.ts";
import { environmentOf } from "../environment.ts";
import { AppError, notFound } from "../error.ts";
import { loadVersion } from "../serve/load-version.ts";
import { servedTools } from "../server/credential.ts";
import { type EndedSignIn, findEnding, giveBack } from "./ended-sign-ins.ts";
import { type FoundProfile, findProfileFor } from "./find-profile.ts";
import { asPerson, findSignIns, type OwnSignIn, type SignInRow, schemeOf, toOwnSignIn } from "./own-sign-in.ts";
import {
  checkFieldValue,
  type FieldValue,
  isReference,
  openValue,
  originsOfField,
  saveValue,
} from "./profile-value.ts";
import { fieldsOf, type ProfileField } from "./settings.ts";
import { STANDING_PROFILE } from "./standing-profile.ts";

/** A profile that a person may choose, and what it asks of them. */
export interface ProfileChoice {
  id: string;
  name: string;
  isDefault: boolean;
  isOwn: boolean;
  /** Operations whose tools it does not offer. */
  hiddenTools: string[];
  /** What each person fills in, and when this one did. Values never come back. */
  fields: OwnField[];
}

/** `setAt` is null while there is something to do. `signIn`: nothing is typed, they sign in at the API. */
export type OwnField = ProfileField & { setAt: Date | null; signIn?: OwnSignIn };

/** The profiles that a person may run a server with, the default first. The caller has made sure that they may use the server. */
export async function listProfileChoices(
  deps: Pick<Deps, "db" | "vault">,
  { serverId, versionId, userId }: { serverId: string; versionId: string; userId: string },
): Promise<ProfileChoice[]> {
  const rows = await deps.db.profile.findMany({
    where: { ...STANDING_PROFILE, serverId, OR: [{ userId: null }, { userId }] },
    select: { id: true, name: true, isDefault: true, userId: true },
    orderBy: [{ isDefault: "desc" }, { userId: { sort: "asc", nulls: "first" } }, { createdAt: "asc" }],
  });
  if (rows.length === 0) return [];
  const [version, signIns, stored] = await Promise.all([
    loadVersion(deps, versionId),
    findSignIns(deps, { serverId, userId }),
    deps.db.profileValue.findMany({
      where: { userId, profile: { serverId } },
      select: { profileId: true, field: true, updatedAt: true },
    }),
  ]);
  const known = version ? fieldsOf(version.manifest) : [];
  return Promise.all(
    rows.map(async ({ id, name, isDefault, userId: owner }) => {
      const profile = await findProfileFor(deps, { serverId, profileId: id, userId });
      return {
        id,
        name,
        isDefault,
        isOwn: owner !== null,
        hiddenTools: profile?.settings.hiddenTools ?? [],
        fields: known
          .filter(({ field }) => profile?.ownFields.includes(field))
          .map((field) => {
            const signIn = signIns.get(schemeOf(field.field) ?? "");
            if (signIn) return { ...field, setAt: signedInAt(signIn), signIn: toOwnSignIn(deps.vault, signIn) };
            const holder = profile?.holderOf(field.field);
            const value = stored.find((one) => one.field === field.field && one.profileId === holder?.profileId);
            return { ...field, setAt: value?.updatedAt ?? null };
          }),
      };
    }),
  );
}

/** When a person signed in at an API; null when they have not, or have to again. */
function signedInAt({ grant }: SignInRow): Date | null {
  return grant && grant.problem === null ? grant.createdAt : null;
}

/** What somebody types for fields: a value each; null forgets what is stored. */
export type OwnValues = Record<string, unknown>;

/**
 * Stores what a person fills in for themselves. All or nothing: a refusal names each field that is wrong. Nobody else ever reads it, and a
 * credential is bound to where the tools call now with this profile. A sign-in at an API that is forgotten is
 * given back to it.
 */
export async function setOwnValues(
  deps: Deps & { ip?: string },
  {
    serverId,
    versionId,
    profileId,
    userId,
    values,
  }: { serverId: string; versionId: string; profileId: string; userId: string; values: OwnValues },
): Promise<void> {
  const profile = await findProfileFor(deps, { serverId, profileId, userId });
  if (profile?.id !== profileId) throw notFound("profile");
  const version = await loadVersion(deps, versionId);
  if (!version) throw notFound("server");
  const { manifest } = version;
  const signIns = await findSignIns(deps, { serverId, userId });
  const checked = checkAll(profile, manifest, values, signIns);
  const before = await deps.db.profileValue.findMany({
    where: { profile: { serverId }, OR: [{ userId: null }, { userId }] },
    select: { profileId: true, userId: true, field: true, sealed: true },
  });
  const environment = await environmentOf(deps, profile.organizationId);
  const variables: Record<string, string> = {};
  for (const row of before) {
    const holder = profile.holderOf(row.field);
    if (!row.field.startsWith("variable:") || holder?.profileId !== row.profileId || holder.userId !== row.userId)
      continue;
    const value = openValue({ vault: deps.vault, environment }, row);
    if (typeof value === "string") variables[row.field.slice("variable:".length)] = value;
  }
  for (const [field, value] of checked)
    if (field.startsWith("variable:") && typeof value === "string") variables[field.slice("variable:".length)] = value;
  const called = [{ ...servedTools(manifest), variables, profile: profile.settings }];
  const { organizationId } = profile;
  const ctx = await asPerson(deps, organizationId, userId);
  const ended = await deps.db.$transaction(async (tx) => {
    const gone: EndedSignIn[] = [];
    for (const [field, value] of checked) {
      const holder = profile.holderOf(field);
      if (!holder) continue;
      const row = { organizationId, ...holder, field };
      if (value === null) {
        await tx.profileValue.deleteMany({ where: { profileId: holder.profileId, userId, field } });
        const signIn = signIns.get(schemeOf(field) ?? "");
        if (!signIn) continue;
        gone.push(...(await findEnding(tx, deps.vault, { organizationId, userId, serverId, scheme: signIn.scheme })));
        await tx.upstreamGrant.deleteMany({ where: { credentialId: signIn.id, userId } });
      } else await saveValue(tx, deps.vault, { ...row, value, origins: originsOfField(field, called) });
    }
    if (checked.size > 0)
      await audit(tx, ctx, "profile.fillIn", serverId, {
        name: profile.name,
        fields: [...checked.keys()],
      });
    return gone;
  });
  await giveBack(deps, ended);
  if (checked.size > 0) await deps.state.publish("access-changed", `user:${userId}`);
}

function checkAll(
  { ownFields }: FoundProfile,
  source: Parameters<typeof checkFieldValue>[0],
  values: OwnValues,
  signIns: ReadonlyMap<string, unknown>,
): Map<string, FieldValue | null> {
  const checked = new Map<string, FieldValue | null>();
  const issues: { field: string; message: string }[] = [];
  for (const [field, value] of Object.entries(values)) {
    if (!ownFields.includes(field)) {
      issues.push({ field, message: "this profile does not ask you for it" });
      continue;
    }
    if (isReference(value)) {
      issues.push({ field, message: "what is in the environment is not a person's: fill in a value of your own" });
      continue;
    }
    if (value !== null && signIns.has(schemeOf(field) ?? "")) {
      issues.push({ field, message: "nothing is typed for it: sign in at the API" });
      continue;
    }
    try {
      checked.set(field, value === null ? null : checkFieldValue(source, field, value, field));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const found = (error.details as { issues?: { field: string; message: string }[] } | undefined)?.issues ?? [];
      issues.push({ field, message: found[0]?.message ?? error.message });
    }
  }
  if (issues.length === 0) return checked;
  throw new AppError("invalid_input", issues.map(({ field, message }) => `${field}: ${message}`).join("; "), {
    issues,
  });
}
