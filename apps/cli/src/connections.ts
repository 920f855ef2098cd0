import type { Command } from "commander";
import { wholeNumber } from "./arguments.ts";
import { type CommandDeps, listUpTo } from "./command.ts";
import { table, when } from "./output.ts";

interface Connection {
  id: string;
  clientName: string;
  person: { email: string };
  server: { slug: string };
  isReadOnly: boolean;
  lastUsedAt: string | null;
}

/** `portico connections …`: who uses what with which client. */
export function addConnectionCommands(program: Command, { api, print }: CommandDeps): void {
  const connections = program.command("connections").description("list who is connected with which client, and end it");

  connections
    .command("list")
    .description("list connections, newest first")
    .argument("[server]", "its slug or id; left out, of all servers")
    .option("--person <id>", "of this person alone (usr_…)")
    .option("--limit <count>", "so many at most", "50")
    .action(async (server: string | undefined, { person, limit }: { person?: string; limit: string }) => {
      const query = { server, person };
      const max = wholeNumber("--limit", limit);
      const items = await listUpTo<Connection>(api(), "/api/v1/connections", max, query);
      print(items, () =>
        items.length > 0
          ? table(
              items.map(({ id, person, clientName, server, isReadOnly, lastUsedAt }) => [
                ...[id, person.email, clientName, server.slug, isReadOnly ? "reads only" : ""],
                lastUsedAt === null ? "never used" : `used ${when(lastUsedAt)}`,
              ]),
            )
          : "Nobody is connected.",
      );
    });

  connections
    .command("revoke")
    .description("end a connection; its client has to be connected anew")
    .argument("<id>", "as it is listed")
    .action(async (id: string) => {
      await api().request("DELETE", `/api/v1/connections/${encodeURIComponent(id)}`);
      print({ revoked: id }, () => "Ended. It stops working within a second.");
    });
}
