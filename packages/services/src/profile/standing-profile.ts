import type { Prisma } from "@portico/db";

/** How long a removed profile can be brought back. */
export const REMOVED_HOURS = 24;

/** Profiles that are there: not removed, and not built on one that was. */
export const STANDING_PROFILE = {
  AND: [{ removedAt: null }, { OR: [{ baseId: null }, { base: { removedAt: null } }] }],
} satisfies Prisma.ProfileWhereInput;

/** What says of the profile of a row whether it is there. */
export const IS_STANDING = {
  select: { removedAt: true, base: { select: { removedAt: true } } },
} satisfies Prisma.ConnectionInclude["profile"];

/** The id of a profile that somebody chose; null where it is not there any more, or was never chosen. */
export function standingId({
  profileId,
  profile,
}: {
  profileId: string | null;
  profile: { removedAt: Date | null; base: { removedAt: Date | null } | null } | null;
}): string | null {
  return profile && profile.removedAt === null && (profile.base?.removedAt ?? null) === null ? profileId : null;
}
