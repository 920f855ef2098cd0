import { type ToolKind, toolKind } from "@portico/openapi";
import type { Deps } from "../context.ts";
import { serverUrls } from "../server/views.ts";
import { findAccess, type Visibility } from "../server-access/find-access.ts";
import { isToolAllowed, limitOf } from "../server-access/tool-grant.ts";
import { loadVersion } from "./load-version.ts";
import { resolveServer } from "./resolve-server.ts";

/** What a server's page shows to whoever may see it. */
export interface ServerDescription {
  title: string;
  description: string | undefined;
  icon: string | undefined;
  organization: string;
  visibility: Visibility;
  status: "live" | "paused";
  mcpUrl: string;
  /** The same server with its reading tools only. */
  readOnlyUrl: string;
  /** What deletes asks for a scope of its own. */
  stepUp: boolean;
  version: number;
  /** Those that this person may use. */
  tools: {
    name: string;
    operation: string;
    /** What it takes to be let use it: its own operation, or that of each call which it makes. */
    operations: string[];
    title: string | undefined;
    description: string;
    kind: ToolKind;
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
  const access = userId ? await findAccess(deps, pointer, userId) : null;
  if (!access && pointer.visibility !== "public") return null;
  const limit = access ? access.limit : limitOf([pointer.everybodyTools]);
  const [version, row] = await Promise.all([
    loadVersion(deps, pointer.versionId),
    deps.db.organization.findUniqueOrThrow({ where: { id: pointer.organizationId }, select: { name: true } }),
  ]);
  if (!version) return null;
  const { manifest } = version;
  const { mcpUrl, readOnlyUrl } = serverUrls(deps, organization, slug);
  return {
    title: manifest.title,
    description: manifest.description,
    icon: manifest.icon,
    organization: row.name,
    visibility: pointer.visibility,
    status: pointer.status,
    mcpUrl,
    readOnlyUrl,
    stepUp: pointer.stepUp,
    version: version.number,
    tools: manifest.tools
      .filter((tool) => isToolAllowed(limit ? [limit] : [], tool))
      .map((tool) => {
        const { name, title, description, operation, steps } = tool;
        return {
          name,
          operation,
          operations: steps ? [...new Set(steps.map((step) => step.tool.operation))] : [operation],
          title,
          description,
          kind: toolKind(tool),
        };
      }),
  };
}
