import { type Ctx, listVersionTools, type ServerDetail, type VersionTool } from "@portico/services";

/** The tools that clients of a server get now; none before the first version. */
export async function readServedTools(
  ctx: Ctx,
  { id, publishedVersion }: Pick<ServerDetail, "id" | "publishedVersion">,
): Promise<VersionTool[]> {
  return publishedVersion ? listVersionTools({ ctx, input: { id, version: publishedVersion.number } }) : [];
}
