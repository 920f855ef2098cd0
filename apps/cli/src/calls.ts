import type { Command } from "commander";
import { wholeNumber } from "./arguments.ts";
import { type CommandDeps, listUpTo, queryOf, serverPath } from "./command.ts";
import { milliseconds, table, when } from "./output.ts";

interface CalledTool {
  id: string;
  occurredAt: string;
  tool: string | null;
  outcome: string;
  status: number | null;
  durationMs: number;
  clientName: string | null;
  principal: string;
  who: string | null;
  diagnostic: string | null;
}

interface CallChoices {
  tools: string[];
  clients: string[];
  who: { id: string; name: string | null; principal: string }[];
}

interface CallsOptions {
  tool?: string;
  outcome?: string;
  status?: string;
  client?: string;
  who?: string;
  range?: string;
  limit: string;
  filters?: boolean;
}

/** `portico calls`: what was called lately, and how it ended. */
export function addCallsCommand(program: Command, { api, print }: CommandDeps): void {
  program
    .command("calls")
    .description("list the last calls of a server and how they ended, newest first")
    .argument("<server>", "its slug or id")
    .option("--tool <name>")
    .option("--outcome <how>", "ok, declined, failed (every way to fail), or one of them: timeout, upstream_error …")
    .option("--status <code>", "what the API answered with")
    .option("--client <name>")
    .option("--who <id>", "a person, a key or a machine client by id, or anonymous")
    .option("--range <range>", "1h, 24h, 7d or 30d; left out, however old they are")
    .option("--limit <count>", "so many at most", "50")
    .option("--filters", "list what the calls of the range can be filtered by")
    .action(async (server: string, { limit, filters, ...query }: CallsOptions) => {
      const at = serverPath(server, "calls");
      if (filters) {
        const choices = await api().request<CallChoices>("GET", `${at}/filters${queryOf({ range: query.range })}`);
        return print(choices, () => describeChoices(choices));
      }
      const items = await listUpTo<CalledTool>(api(), at, wholeNumber("--limit", limit), query);
      print(items, () => (items.length > 0 ? describeCalls(items) : "There is no such call."));
    });
}

export function describeCalls(calls: readonly CalledTool[]): string {
  return table(
    calls.map(({ occurredAt, outcome, status, durationMs, tool, clientName, who, principal, diagnostic }) => [
      ...[when(occurredAt), outcome, status ?? "-", milliseconds(durationMs), tool ?? "-", clientName ?? "-"],
      ...[who ?? principal, diagnostic],
    ]),
  );
}

function describeChoices({ tools, clients, who }: CallChoices): string {
  const rows = [
    ...tools.map((name) => ["--tool", name]),
    ...clients.map((name) => ["--client", name]),
    ...who.map(({ id, name, principal }) => ["--who", id, name ?? principal]),
  ];
  return rows.length > 0 ? table(rows) : "There is no call in the range.";
}
