import type { Db } from "@portico/db";
import { settingsOf } from "./profiles.ts";
import { mergeSettings, NO_SETTINGS, type ProfileSettings } from "./settings.ts";
import { STANDING_PROFILE } from "./standing-profile.ts";

/** A profile as somebody runs with it. */
export interface FoundProfile {
  id: string;
  name: string;
  organizationId: string;
  /** Changes with every change of the profile, or of the one that it builds on. */
  key: string;
  settings: ProfileSettings;
  /** Where what fills a field is stored: which profile, and whose it is; null where nobody fills it. */
  holderOf(field: string): { profileId: string; userId: string | null } | null;
  /** The fields that the person fills in. */
  ownFields: string[];
}

/**
 * The profile that somebody runs a server with: the one they chose, while it is there and may be theirs, otherwise the server's default.
 * Null: the server's own settings.
 */
export async function findProfileFor(
  { db }: { db: Db },
  { serverId, profileId, userId }: { serverId: string; profileId: string | null; userId: string | null },
): Promise<FoundProfile | null> {
  const chosen = profileId
    ? await db.profile.findFirst({
        where: {
          ...STANDING_PROFILE,
          id: profileId,
          serverId,
          OR: [{ userId: null }, ...(userId ? [{ userId }] : [])],
        },
        include: { base: true },
      })
    : null;
  const shared =
    chosen?.userId === null
      ? chosen
      : (chosen?.base ?? (await db.profile.findFirst({ where: { serverId, isDefault: true, removedAt: null } })));
  const own = chosen && chosen.userId !== null ? chosen : null;
  const named = own ?? shared;
  if (!named) return null;
  const settings = shared
    ? own
      ? mergeSettings(settingsOf(shared), settingsOf(own))
      : settingsOf(shared)
    : mergeSettings(NO_SETTINGS, settingsOf(named));
  const ownHeld = own ? settingsOf(own).fields : {};
  return {
    id: named.id,
    name: named.name,
    organizationId: named.organizationId,
    key: [own, shared].flatMap((row) => (row ? [`${row.id}@${row.updatedAt.getTime()}`] : [])).join("+"),
    settings,
    holderOf(field) {
      const holder = settings.fields[field] ?? "organization";
      if (holder === "unused") return null;
      if (holder === "organization") return shared && { profileId: shared.id, userId: null };
      const { id } = ownHeld[field] === "person" ? named : (shared ?? named);
      return userId === null ? null : { profileId: id, userId };
    },
    ownFields: Object.keys(settings.fields)
      .filter((field) => settings.fields[field] === "person")
      .sort(),
  };
}
