import type { Deps } from "../context.ts";
import { isSlug } from "../input.ts";
import type { RequestLimits } from "../organization/request-limits.ts";
import type { Visibility } from "../server-access/find-access.ts";
import type { ToolGrant } from "../server-access/tool-grant.ts";

/** What the data plane knows of a server besides its version. */
export interface ServerPointer {
  id: string;
  organizationId: string;
  visibility: Visibility;
  /** The tools of whoever is not named in an access grant: API keys and machines, too. */
  everybodyTools: ToolGrant;
  /** Clients that act for a person need the scope for destroying before they call a tool that deletes. */
  stepUp: boolean;
  /** Some teams or people are named: not everybody sees the same tools. */
  hasGrants: boolean;
  /** It has profiles: callers run with different settings. */
  hasProfiles: boolean;
  status: "live" | "paused";
  versionId: string | null;
  /** Of its organization. */
  limits: RequestLimits;
}

/** The server behind /mcp/{organization}/{server}, or null. */
export async function resolveServer(
  { db }: Pick<Deps, "db">,
  organizationSlug: string,
  slug: string,
): Promise<ServerPointer | null> {
  if (!isSlug(organizationSlug) || !isSlug(slug)) return null;
  const row = await db.server.findFirst({
    where: { slug, organization: { slug: organizationSlug } },
    select: {
      id: true,
      organizationId: true,
      visibility: true,
      everybodyTools: true,
      stepUp: true,
      status: true,
      publishedVersionId: true,
      organization: { select: { limits: true } },
      _count: { select: { accessGrants: true, profiles: { where: { removedAt: null } } } },
    },
  });
  if (!row) return null;
  const { publishedVersionId, organization, _count, ...pointer } = row;
  return {
    ...pointer,
    visibility: pointer.visibility as Visibility,
    everybodyTools: pointer.everybodyTools as ToolGrant,
    hasGrants: _count.accessGrants > 0,
    hasProfiles: _count.profiles > 0,
    status: pointer.status as "live",
    versionId: publishedVersionId,
    limits: organization.limits as RequestLimits,
  };
}

/** Which version each of these servers serves; those that serve none now are left out. */
export async function findServedVersions(
  { db }: Pick<Deps, "db">,
  serverIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.server.findMany({
    where: { id: { in: [...serverIds] }, status: "live" },
    select: { id: true, publishedVersionId: true },
  });
  return new Map(rows.flatMap(({ id, publishedVersionId }) => (publishedVersionId ? [[id, publishedVersionId]] : [])));
}
