import type { Command } from "commander";
import { type Api, ApiError, settle } from "./api.ts";
import { collect, operationsOr, wholeNumber } from "./arguments.ts";
import { type DocumentChanges, summarizeChanges, summarizeVersionChanges, type VersionChanges } from "./changes.ts";
import { type CommandDeps, EXIT, type Page, queryOf, serverPath } from "./command.ts";
import { findDocument, listServerDocuments, type ServerDocument } from "./documents.ts";
import { count, table, when } from "./output.ts";
import { SOURCE, type SourceOptions, toSource, withSourceOptions } from "./source.ts";

interface Version {
  number: number;
  toolCount: number;
  tokenCount: number;
  note: string | null;
  createdAt: string;
  isServed: boolean;
}

interface Size {
  tools: number;
  tokens: number;
}

interface Review {
  lock: number;
  served: (Size & { number: number }) | null;
  draft: Size;
  changes: VersionChanges;
  hasChanges: boolean;
  blockers: { message: string }[];
  warnings: { message: string }[];
}

interface Published {
  number: number;
  isNew: boolean;
  tools: { name: string }[];
}

interface Upgrade {
  from: { id: string; number: number };
  to: { id: string; number: number };
  lock: number;
  changes: DocumentChanges;
  held: { operation: string; revision: { number: number } }[];
  holdable: string[];
  added: { key: string; status: string; suggested: boolean }[];
}

/** What of the draft is otherwise in a version. */
export interface DraftDifference {
  dropped: string[];
  picked: string[];
  edits: string[];
  composedTools: string[];
  prompts: string[];
  resources: string[];
  documents: string[];
  revisions: string[];
  settings: string[];
}

interface UpgradeOptions extends SourceOptions {
  document?: string;
  revision?: string;
  add?: string;
  take: string[];
  hold?: string;
  dryRun?: boolean;
  publish?: boolean;
  note?: string;
}

const NOTE = "what changed and why, for the others; kept with the version";

/** `portico versions`, `review`, `publish-draft`, `compare`, `rollback`, `restore`, `undo` and `upgrade`: what a server serves, served and would serve. */
export function addVersionCommands(program: Command, { api, print, report }: CommandDeps): void {
  program
    .command("versions")
    .description("list the versions of a server, newest first")
    .argument("<server>", "its slug or id")
    .action(async (server: string) => {
      const { items } = await api().request<Page<Version>>("GET", serverPath(server, "versions"));
      print(items, () =>
        items.length > 0
          ? table(
              items.map(({ number, isServed, createdAt, note, ...version }) => [
                ...[number, isServed ? "served" : "-", when(createdAt), ...sizeOf(version), note],
              ]),
            )
          : `Nothing was published yet. Publish the draft with: portico publish-draft ${server}`,
      );
    });

  program
    .command("review")
    .description("say what publishing the draft would change for clients")
    .argument("<server>", "its slug or id")
    .option("--strict", "exit 1 when something may break, keeps it from being published, or is to be known before")
    .action(async (server: string, { strict }: { strict?: boolean }) => {
      const review = await readReview(api(), server);
      print(review, () => describeReview(review).join("\n"));
      if (strict && !isCarefree(review)) process.exitCode = EXIT.failed;
    });

  program
    .command("publish-draft")
    .description("freeze the draft of a server into its next version, and serve it")
    .argument("<server>", "its slug or id")
    .option("--note <text>", NOTE)
    .option("--strict", "only where nothing may break and nothing is to be known before")
    .action(async (server: string, { note, strict }: { note?: string; strict?: boolean }) => {
      const portico = api();
      const review = await readReview(portico, server);
      if (strict && !isCarefree(review))
        throw new ApiError("refused", ["Nothing was published.", ...describeReview(review)].join("\n"), review);
      const published = await publishDraft(portico, server, { note, lock: review.lock });
      print({ ...published, changes: review.changes }, () =>
        [describePublished(published), ...(published.isNew ? summarizeVersionChanges(review.changes) : [])].join("\n"),
      );
    });

  program
    .command("compare")
    .description("say what clients notice between two versions of a server")
    .argument("<server>", "its slug or id")
    .argument("<before>", "the number of a version")
    .argument("<after>", "the number of another one")
    .action(async (server: string, before: string, after: string) => {
      const [a, b] = [before, after].map((number) => wholeNumber("The number of a version", number)) as [
        number,
        number,
      ];
      const diff = await api().request<{ before: Version; after: Version; changes: VersionChanges }>(
        "GET",
        serverPath(server, "versions", a, "diff", b),
      );
      print(diff, () => {
        const lines = summarizeVersionChanges(diff.changes);
        if (lines.length === 0) return `Clients notice no difference between version ${a} and ${b}.`;
        return [
          ...lines,
          `Version ${a}: ${sizeOf(diff.before).join(", ")}. Version ${b}: ${sizeOf(diff.after).join(", ")}.`,
        ].join("\n");
      });
    });

  program
    .command("rollback")
    .description("serve an earlier version again; the draft stays as it is")
    .argument("<server>", "its slug or id")
    .argument("<version>", "its number")
    .action(async (server: string, version: string) => {
      const input = { version: wholeNumber("The number of a version", version) };
      const served = await api().request<{ number: number }>("POST", serverPath(server, "rollback"), input);
      print(served, () => `Version ${served.number} is served now.`);
    });

  program
    .command("restore")
    .description("make the draft what a version was made of; what is served stays")
    .argument("<server>", "its slug or id")
    .argument("<version>", "its number")
    .option("--dry-run", "only say what of the draft would be lost")
    .action(async (server: string, version: string, { dryRun }: { dryRun?: boolean }) => {
      const number = wholeNumber("The number of a version", version);
      const portico = api();
      const at = serverPath(server, "versions", number, "draft");
      const review = await portico.request<{ lock: number; isSame: boolean; changes: DraftDifference }>("GET", at);
      const said = review.isSame
        ? [`The draft is what version ${number} was made of already.`]
        : describeDifference(review.changes);
      if (dryRun || review.isSame) return print(review, () => said.join("\n"));
      await portico.request("POST", at, { lock: review.lock });
      print(review, () =>
        [
          ...said,
          `The draft is what version ${number} was made of. It is served from the next publish on; portico undo ${server} takes it back.`,
        ].join("\n"),
      );
    });

  program
    .command("undo")
    .description("take back the last upgrade or restore of a draft, while nobody has changed it since")
    .argument("<server>", "its slug or id")
    .action(async (server: string) => {
      const view = await api().request<{ slug: string; lock: number }>("POST", serverPath(server, "draft", "undo"), {});
      print(view, () => "The draft is as it was before. What is served stays as it is.");
    });

  withSourceOptions(
    program
      .command("upgrade")
      .description("read a document of a server again, and move the draft to what it says now")
      .argument("<server>", "its slug or id")
      .argument("[source]", `the document's next version: ${SOURCE}; left out, it is read from its own link`),
  )
    .option("--document <key>", "which document of several, by its key or id; left out, the first")
    .option("--revision <number>", "a revision that was read before; nothing is read then")
    .option("--add <which>", 'new operations that become tools: all, suggested, or separated by commas ("GET /pets")')
    .option(
      "--take <operation=field>",
      'the document\'s text instead of your edit where both changed ("GET /pets=title"); repeatable',
      collect,
      [],
    )
    .option(
      "--hold <which>",
      "changed, moved or dropped operations that stay as they are: all, none, breaking, or separated by commas; left out, what is held stays so",
    )
    .option("--dry-run", "read it, and only say what would change")
    .option("--publish", "serve the draft afterwards")
    .option("--note <text>", NOTE)
    .action(async (server: string, source: string | undefined, options: UpgradeOptions) => {
      const portico = api();
      if (options.revision !== undefined && source !== undefined)
        throw new ApiError("usage", "Give a source to read, or --revision for one that was read before.");
      if (options.note !== undefined && !options.publish)
        throw new ApiError("usage", "--note goes with --publish: it is kept with the version.");
      const documents = await listServerDocuments(portico, server);
      const document = options.document === undefined ? documents[0] : findDocument(documents, options.document);
      if (!document) throw new ApiError("not_found", "The server has no document.");
      const revision = options.revision === undefined ? undefined : wholeNumber("--revision", options.revision);
      if (revision === undefined) await readAgain(portico, document, source, options, report);
      const at = serverPath(server, "upgrade");
      const review = await portico.request<Upgrade | null>("GET", at + queryOf({ document: document.id, revision }));
      if (!review)
        return print(null, () => `"${document.title}" says what it said before: there is nothing to upgrade to.`);
      const { from, to, lock, changes } = review;
      const said = [
        `"${document.title}", revision ${from.number} to ${to.number}`,
        ...summarizeChanges(changes),
        ...describeConflicts(changes),
        ...describeHeld(review.held),
      ];
      if (options.dryRun) return print({ from, to, changes }, () => said.join("\n"));
      const add = options.add === undefined ? [] : operationsToAdd(review, options.add);
      const take = options.take.map(parseTake);
      const hold = options.hold === undefined ? undefined : operationsToHold(review, options.hold);
      if (from.id === to.id && hold === undefined)
        return print({ from, to, changes }, () =>
          [
            `"${document.title}" says what it said before.`,
            ...describeHeld(review.held),
            "Take what it says now with --hold none, or name what stays held.",
          ].join("\n"),
        );
      const input = { document: document.id, revision: to.number, lock, add, take, ...(hold ? { hold } : {}) };
      const { held } = await portico.request<Pick<Upgrade, "held">>("POST", at, input);
      const version = options.publish ? await publishDraft(portico, server, { note: options.note }) : undefined;
      print({ from, to, changes, added: add, held, ...(version ? { version } : {}) }, () =>
        [
          ...said,
          ...(add.length > 0 ? [`New tools: ${add.join(", ")}`] : []),
          ...(held.length > 0 ? [`Held back: ${held.map(({ operation }) => operation).join(", ")}`] : []),
          version
            ? describePublished(version)
            : `The draft is built from it now. It is served from the next publish on; portico undo ${server} takes it back.`,
        ].join("\n"),
      );
    });
}

function readReview(portico: Api, server: string): Promise<Review> {
  return portico.request<Review>("GET", serverPath(server, "publish"));
}

function publishDraft(
  portico: Api,
  server: string,
  input: { note: string | undefined; lock?: number },
): Promise<Published> {
  return portico.request<Published>("POST", serverPath(server, "publish"), input);
}

function isCarefree({ changes, blockers, warnings }: Review): boolean {
  return !changes.isBreaking && blockers.length + warnings.length === 0;
}

function describeReview({ served, draft, changes, hasChanges, blockers, warnings }: Review): string[] {
  const size = `${count(draft.tools, "tool")}, ${count(draft.tokens, "token")}`;
  const before = served ? `${count(served.tools, "tool")}, ${count(served.tokens, "token")}` : "";
  return [
    ...(served
      ? hasChanges
        ? [...summarizeVersionChanges(changes), `Served, version ${served.number}: ${before}. The draft: ${size}.`]
        : [`The draft is what is served: version ${served.number}.`]
      : [`Nothing was published yet. The draft: ${size}.`]),
    ...blockers.map(({ message }) => `Cannot be published: ${message}`),
    ...warnings.map(({ message }) => `To be known: ${message}`),
  ];
}

function describePublished({ number, isNew, tools }: Published): string {
  return isNew
    ? `Published version ${number} with ${count(tools.length, "tool")}`
    : `Version ${number} is exactly this already, and is served.`;
}

function sizeOf({ toolCount, tokenCount }: Pick<Version, "toolCount" | "tokenCount">): [string, string] {
  return [count(toolCount, "tool"), count(tokenCount, "token")];
}

/** The next revision of a document: from a source, or from its own link. */
async function readAgain(
  portico: Api,
  { id, title, sourceUrl }: ServerDocument,
  source: string | undefined,
  options: SourceOptions,
  report: CommandDeps["report"],
): Promise<void> {
  if (source === undefined && sourceUrl === null)
    throw new ApiError(
      "usage",
      `"${title}" was uploaded or pasted, so there is no link to read it from. Name its next version: a file or an address. Or --revision for one that was read before.`,
    );
  const input = source === undefined ? {} : { source: await toSource(source, options) };
  await settle(portico, await portico.request("POST", `/api/v1/documents/${id}/revisions`, input), report);
}

function describeConflicts({ conflicting }: DocumentChanges): string[] {
  return conflicting
    .filter(({ field }) => field === "name" || field === "title" || field === "description")
    .map(
      ({ operation, field }) =>
        `  = ${operation}: your ${field} stays; the document's instead with --take "${operation}=${field}"`,
    );
}

/** A line for each kind of thing that goes from the draft, and for what comes. */
export function describeDifference(changes: DraftDifference): string[] {
  const kinds: [string, string[]][] = [
    ["Tools that go", changes.dropped],
    ["Tools that come", changes.picked],
    ["Edits that go or change", changes.edits],
    ["Own tools that go or change", changes.composedTools],
    ["Prompts that go or change", changes.prompts],
    ["Resources that go or change", changes.resources],
    ["Documents that go", changes.documents],
    ["Documents at another revision", changes.revisions],
    ["Settings that change", changes.settings],
  ];
  return kinds.filter(([, names]) => names.length > 0).map(([what, names]) => `${what}: ${names.join(", ")}`);
}

/** New operations by what `--add` says; those that cannot become tools are left out of "all". */
export function operationsToAdd({ added }: Pick<Upgrade, "added">, which: string): string[] {
  const wanted = operationsOr(which, ["all", "suggested"]);
  if (typeof wanted === "object") return wanted.operations;
  return added
    .filter(({ status, suggested }) => status !== "skipped" && (wanted === "all" || suggested))
    .map(({ key }) => key);
}

/** Operations that stay as they are by what `--hold` says. */
export function operationsToHold(
  { holdable, changes }: Pick<Upgrade, "holdable" | "changes">,
  which: string,
): string[] {
  const wanted = operationsOr(which, ["all", "none", "breaking"]);
  if (typeof wanted === "object") return wanted.operations;
  if (wanted === "none") return [];
  if (wanted === "all") return holdable;
  const { removed, renamed, changed } = changes;
  const breaking = new Set([
    ...removed.filter(({ wasSelected }) => wasSelected).map(({ operation }) => operation),
    ...changed
      .filter(({ isBreaking }) => isBreaking)
      .map(({ operation }) => renamed.find(({ to }) => to === operation)?.from ?? operation),
  ]);
  return holdable.filter((operation) => breaking.has(operation));
}

function describeHeld(held: Upgrade["held"]): string[] {
  return held.map(({ operation, revision }) => `  = ${operation}: held back at revision ${revision.number}`);
}

/** `GET /pets=title`; an operation's path may hold a "=" itself. */
export function parseTake(text: string): { operation: string; field: string } {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new ApiError("usage", `--take ${text}: write it as operation=field, such as "GET /pets=title".`);
  return { operation: text.slice(0, at), field: text.slice(at + 1) };
}
