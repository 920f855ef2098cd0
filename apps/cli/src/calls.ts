import type { Command } from "commander";
import { wholeNumber } from "./arguments.ts";
import { type CommandDeps, listUpTo, queryOf, serverPath } from "./command.ts";
import { count, milliseconds, table, visible, when } from "./output.ts";

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
  steps: CallStep[] | null;
}

interface CallStep {
  id: string;
  operation: string;
  outcome: string;
  status?: number;
  durationMs: number;
  retries: number;
  calls: number;
  failed: number;
  isEach?: boolean;
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

/** A line a call; below one of several calls, a line a step. */
export function describeCalls(calls: readonly CalledTool[]): string {
  const lines = table(
    calls.map(({ occurredAt, outcome, status, durationMs, tool, clientName, who, principal, diagnostic }) => [
      ...[when(occurredAt), outcome, status ?? "-", milliseconds(durationMs), tool ?? "-", clientName ?? "-"],
      ...[who ?? principal, diagnostic],
    ]),
  ).split("\n");
  return calls.flatMap(({ steps }, at) => [lines[at] ?? "", ...(steps ?? []).map(describeStep)]).join("\n");
}

function describeStep(step: CallStep, at: number): string {
  const { id, operation, outcome, status, durationMs, retries, calls, failed, isEach } = step;
  return [
    `    ${at + 1}. ${visible(`${id}  ${operation}`)}  ${outcome}${status === undefined ? "" : ` ${status}`}  ${milliseconds(durationMs)}`,
    ...(isEach || calls !== 1 ? [count(calls, "call")] : []),
    ...(failed > 0 && calls > 1 ? [`${failed} failed`] : []),
    ...(retries > 0 ? [retries === 1 ? "a retry" : `${retries} retries`] : []),
  ].join(", ");
}

function describeChoices({ tools, clients, who }: CallChoices): string {
  const rows = [
    ...tools.map((name) => ["--tool", name]),
    ...clients.map((name) => ["--client", name]),
    ...who.map(({ id, name, principal }) => ["--who", id, name ?? principal]),
  ];
  return rows.length > 0 ? table(rows) : "There is no call in the range.";
}
