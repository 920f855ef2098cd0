import type { Command } from "commander";
import { wholeNumber } from "./arguments.ts";
import { type CommandDeps, listUpTo } from "./command.ts";
import { count, table } from "./output.ts";

interface Server {
  slug: string;
  title: string;
  visibility: string;
  status: string;
  versionNumber: number | null;
  toolCount: number | null;
  mcpUrl: string;
}

/** `portico servers`: what there is. */
export function addServersCommand(program: Command, { api, print }: CommandDeps): void {
  program
    .command("servers")
    .description("list the servers of the organization, newest first")
    .option("--limit <count>", "so many at most", "100")
    .action(async ({ limit }: { limit: string }) => {
      const items = await listUpTo<Server>(api(), "/api/v1/servers", wholeNumber("--limit", limit));
      print(items, () =>
        items.length > 0
          ? table(
              items.map(({ slug, title, status, visibility, versionNumber, toolCount, mcpUrl }) => [
                ...[slug, title, visibility, status === "live" ? "" : status],
                ...(versionNumber === null
                  ? ["not published", ""]
                  : [`version ${versionNumber}`, count(toolCount ?? 0, "tool")]),
                mcpUrl,
              ]),
            )
          : "There is no server yet. Make one with: portico publish <source>",
      );
    });
}
