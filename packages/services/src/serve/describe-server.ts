import type { Deps } from "../context.ts";
import { serverUrls } from "../server/views.ts";
import { loadVersion } from "./load-version.ts";
import { resolveServer } from "./resolve-server.ts";

/** What a server's page shows to whoever may see it. */
export interface ServerDescription {
  title: string;
  description: string | undefined;
  icon: string | undefined;
  organization: string;
  visibility: "public" | "organization";
  status: "live" | "paused";
  mcpUrl: string;
  version: number;
  tools: {
    name: string;
    title: string | undefined;
    description: string;
    kind: "reading" | "changing" | "destroying";
  }[];
}

/**
 * The published server at an address, for this person (null: somebody who is not signed in). A server that they may not see, one
 * that is not published and one that does not exist are all null: the page tells nobody which it is.
 */
export async function describeServer(
  deps: Pick<Deps, "db" | "publicUrl">,
  { organization, slug, userId }: { organization: string; slug: string; userId: string | null },
): Promise<ServerDescription | null> {
  const pointer = await resolveServer(deps, organization, slug);
  if (!pointer?.versionId) return null;
  if (pointer.visibility !== "public") {
    const { organizationId } = pointer;
    const member = userId
      ? await deps.db.member.findUnique({ where: { organizationId_userId: { organizationId, userId } } })
      : null;
    if (!member) return null;
  }
  const [version, row] = await Promise.all([
    loadVersion(deps, pointer.versionId),
    deps.db.organization.findUniqueOrThrow({ where: { id: pointer.organizationId }, select: { name: true } }),
  ]);
  if (!version) return null;
  const { manifest } = version;
  return {
    title: manifest.title,
    description: manifest.description,
    icon: manifest.icon,
    organization: row.name,
    visibility: pointer.visibility,
    status: pointer.status,
    mcpUrl: serverUrls(deps, organization, slug).mcpUrl,
    version: version.number,
    tools: manifest.tools.map(({ name, title, description, annotations, operation }) => ({
      name,
      title,
      description,
      // MCP's destructiveHint also covers overwriting; to a person only a deletion destroys.
      kind: annotations.readOnlyHint ? "reading" : operation.startsWith("DELETE ") ? "destroying" : "changing",
    })),
  };
}
