import type { Command } from "commander";
import { ApiError } from "./api.ts";
import { oneOf, wholeNumber } from "./arguments.ts";
import { type CommandDeps, serverPath } from "./command.ts";
import { count } from "./output.ts";

interface EditOptions {
  askFirst?: boolean;
  widget?: boolean;
  summarize?: boolean;
  does?: string;
  repeatable?: boolean;
  openWorld?: boolean;
  timeout?: string;
  retries?: string;
  pick?: boolean;
  drop?: boolean;
  standInTools?: boolean;
  readAnswers?: boolean;
  searchTexts?: boolean;
}

type Edited = { previous: { operation: string }[]; left: number };

/** Adds `edit`: what several tools of a draft get alike, and what their server does for its clients. */
export function addEditCommand(program: Command, { api, print }: CommandDeps): void {
  program
    .command("edit")
    .description("change several tools of a server at once, or the server; served from the next publish on")
    .argument("<server>", "its slug or id")
    .argument("[operation...]", 'the operations of the tools ("GET /pets"); none: the server itself')
    .option("--ask-first", "a person says yes before each call")
    .option("--no-ask-first")
    .option("--widget", "clients with MCP Apps show answers as a table, a record or a chart")
    .option("--no-widget")
    .option("--summarize", "the client's model sums up answers that had to be shortened; of tools that read")
    .option("--no-summarize")
    .option("--does <what>", "what a call does: reads, changes or deletes; document: what the document says")
    .option("--repeatable", "clients are told that a call can be repeated")
    .option("--no-repeatable")
    .option("--open-world", "clients are told that a call reaches beyond the API")
    .option("--no-open-world")
    .option("--timeout <seconds>", "how long a call may take; default: as long as any other")
    .option(
      "--retries <times>",
      "how often a call that failed is made again, where it can be repeated; default: as any other",
    )
    .option("--pick", "offer the tools")
    .option("--drop", "offer the tools no more")
    .option("--stand-in-tools", "of the server: clients that know only tools get some for prompts and resources")
    .option("--no-stand-in-tools")
    .option("--read-answers", "of the server: a tool that reads on in answers which were too long")
    .option("--no-read-answers")
    .option("--search-texts", "of the server: a tool that finds passages in its texts")
    .option("--no-search-texts")
    .action(async (server: string, operations: string[], options: EditOptions) => {
      const { standInTools, readAnswers, searchTexts, pick, drop, ...ofEach } = options;
      const { does, repeatable, openWorld, timeout, retries, ...flags } = ofEach;
      const annotations = hintsOf(does, { idempotentHint: repeatable, openWorldHint: openWorld });
      const calling = { timeoutSeconds: numberOf("--timeout", timeout), retries: numberOf("--retries", retries) };
      const changes = { ...flags, annotations, ...calling };
      const ofServer = given({ standInTools, readAnswers, searchTexts });
      const ofTools = given(changes);
      const path = serverPath(server);
      if (operations.length === 0) {
        if (!ofServer || ofTools || pick || drop)
          throw new ApiError(
            "usage",
            "Name the operations of the tools that are to change, or an option of the server.",
          );
        await api().request("PATCH", path, ofServer);
        return print(ofServer, () => "Changed the server. It is served like this from the next publish on.");
      }
      if (ofServer)
        throw new ApiError("usage", "An option of the server goes without operations: run edit once for each.");
      if ([ofTools !== undefined, pick, drop].filter(Boolean).length !== 1)
        throw new ApiError("usage", "Say one thing: what the tools get alike, --pick, or --drop.");
      if (!ofTools) {
        const picked = pick === true;
        const answer = await api().request<{ changed: string[] }>("PATCH", `${path}/tools`, { operations, picked });
        return print(answer, () => `${picked ? "Picked" : "Dropped"} ${count(answer.changed.length, "tool")}.`);
      }
      const answer = await api().request<Edited>("PATCH", `${path}/tools`, { operations, changes: ofTools });
      const left = answer.left > 0 ? ` ${answer.left} of the operations cannot be changed like this.` : "";
      print(answer, () => `Changed ${count(answer.previous.length, "tool")}.${left}`);
    });
}

/** The options that were given; undefined when none was. */
function given<Value>(options: Record<string, Value | undefined>): Record<string, Value> | undefined {
  const found = Object.entries(options).filter((entry): entry is [string, Value] => entry[1] !== undefined);
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

const KINDS: Record<string, Record<string, boolean>> = {
  reads: { readOnlyHint: true },
  changes: { readOnlyHint: false, destructiveHint: false },
  deletes: { readOnlyHint: false, destructiveHint: true },
};

/** What is said of a call, null for what its document says; undefined when nothing is. */
function hintsOf(
  does: string | undefined,
  others: Record<string, boolean | undefined>,
): Record<string, boolean> | null | undefined {
  const rest = given(others);
  if (does === undefined) return rest;
  if (does === "document") {
    if (rest) throw new ApiError("usage", "--does document takes all of it back: say it alone.");
    return null;
  }
  const kind = oneOf("--does", does, [...Object.keys(KINDS), "document"]);
  return { ...KINDS[kind], ...rest };
}

/** A whole number, null for "default"; undefined when nothing was said. */
function numberOf(option: string, given: string | undefined): number | null | undefined {
  if (given === undefined) return undefined;
  if (given === "default") return null;
  return wholeNumber(option, given, ' or "default"');
}
