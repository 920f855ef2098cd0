import { isDeepStrictEqual } from "node:util";
import { type Change, compareTools, shownInput, type Tool, type ToolKind, toolKind } from "@portico/openapi";
import type { Manifest } from "./manifest.ts";
import { placeOf } from "./places.ts";

/** A tool that came or went. */
export interface ToolLine {
  name: string;
  title?: string;
  operation: string;
  kind: ToolKind;
}

export interface ChangedTool extends ToolLine {
  isBreaking: boolean;
  changes: Change[];
}

/** What differs between two versions of a server, seen by the clients that had the first. */
export interface VersionChanges {
  added: ToolLine[];
  /** Each of them is a breaking change: who calls it is told that there is no such tool. */
  removed: ToolLine[];
  changed: ChangedTool[];
  /** How many tools are the same. */
  unchangedCount: number;
  /** What else a version holds; `where` is the name of the setting. */
  settings: Change[];
  isBreaking: boolean;
}

/**
 * Compares what two versions serve. A tool is the same one when it has the same operation, or else the same name: clients know no other.
 * Pure; what comes first in one of them decides the order.
 */
export function compareVersions(before: Manifest, after: Manifest): VersionChanges {
  const predecessors = pairTools(before.tools, after.tools);
  const kept = new Set(predecessors.values());
  const added = after.tools.filter((tool) => !predecessors.has(tool)).map(toLine);
  const removed = before.tools.filter((tool) => !kept.has(tool)).map(toLine);
  const changed = [...predecessors].flatMap(([tool, predecessor]) => {
    if (isDeepStrictEqual(tool, predecessor)) return [];
    const { baseUrl } = placeOf(before, predecessor);
    const hasOwnAddress = baseUrl !== undefined && baseUrl === placeOf(after, tool).baseUrl;
    const changes = compareTool(predecessor, tool).filter(({ where }) => !(hasOwnAddress && where === "base URL"));
    if (changes.length === 0) changes.push(change("call", "How it calls the API changed."));
    return [{ ...toLine(tool), isBreaking: changes.some(({ isBreaking }) => isBreaking), changes }];
  });
  const settings = compareSettings(before, after);
  return {
    added,
    removed,
    changed,
    unchangedCount: predecessors.size - changed.length,
    settings,
    isBreaking: removed.length > 0 || [...changed, ...settings].some(({ isBreaking }) => isBreaking),
  };
}

/** Whether there is anything to tell. */
export function hasChanges({ added, removed, changed, settings }: VersionChanges): boolean {
  return [added, removed, changed, settings].some((list) => list.length > 0);
}

/** What each tool was before; those that are new have no entry. */
function pairTools(before: readonly Tool[], after: readonly Tool[]): Map<Tool, Tool> {
  const byOperation = new Map(before.map((tool) => [tool.operation, tool]));
  const left = new Map(before.map((tool) => [tool.name, tool]));
  const pairs = new Map<Tool, Tool>();
  for (const tool of after) {
    const same = byOperation.get(tool.operation);
    if (!same) continue;
    pairs.set(tool, same);
    left.delete(same.name);
  }
  for (const tool of after) {
    const namesake = pairs.has(tool) ? undefined : left.get(tool.name);
    if (namesake) pairs.set(tool, namesake);
  }
  return new Map(after.flatMap((tool) => (pairs.has(tool) ? [[tool, pairs.get(tool) as Tool]] : [])));
}

function toLine(tool: Tool): ToolLine {
  const { name, title, operation } = tool;
  return { name, ...(title ? { title } : {}), operation, kind: toolKind(tool) };
}

function change(where: string, message: string, isBreaking = false): Change {
  return { where, message, isBreaking };
}

const PLAN_WORDS = new Set(["base URL", "security", "content type"]);

function compareTool(before: Tool, after: Tool): Change[] {
  const shown = (tool: Tool): Tool => ({ ...tool, inputSchema: shownInput(tool) });
  return [
    ...(before.name === after.name ? [] : [change("name", renamed(before.name, after.name), true)]),
    // One of several calls has no address of its own; what its calls go to is compared below.
    ...compareTools(shown(before), shown(after)).filter(
      ({ where }) => !((before.steps || after.steps) && PLAN_WORDS.has(where)),
    ),
    ...compareKinds(before, after),
    ...compareAnswers(before, after),
    ...compareSteps(before, after),
  ];
}

function renamed(before: string, after: string): string {
  return `It is called ${after} now. Clients that call ${before} are told that there is no such tool.`;
}

const KIND_SENTENCES: Record<ToolKind, string> = {
  reading: "It only reads now: whoever may only read can call it.",
  changing: "It changes something now: clients ask their person before they call it.",
  destroying: "It deletes now: clients ask their person before they call it.",
};

function compareKinds(before: Tool, after: Tool): Change[] {
  const [kind, kindNow] = [toLine(before).kind, toLine(after).kind];
  const isAsked = after.askFirst === true;
  return [
    ...(kind === kindNow ? [] : [change("kind", KIND_SENTENCES[kindNow], kind === "reading")]),
    ...compareHints(before, after),
    ...(isAsked === (before.askFirst === true)
      ? []
      : [
          change(
            "ask first",
            isAsked
              ? "A person is asked before each call. Clients that cannot ask are told that it was not called."
              : "A person is no longer asked before each call.",
            isAsked,
          ),
        ]),
    ...(isDeepStrictEqual(before.askFor, after.askFor)
      ? []
      : [change("ask for", "Which arguments a person is asked for changed.")]),
  ];
}

/** What clients are told beside the kind. */
function compareHints({ annotations: before }: Tool, { annotations: after }: Tool): Change[] {
  return [
    ...(before.idempotentHint === after.idempotentHint || before.readOnlyHint !== after.readOnlyHint
      ? []
      : [
          change(
            "hints",
            after.idempotentHint
              ? "Clients are told that a call can be repeated."
              : "Clients are no longer told that a call can be repeated.",
          ),
        ]),
    ...(before.openWorldHint === after.openWorldHint
      ? []
      : [
          change(
            "hints",
            after.openWorldHint
              ? "Clients are told that it reaches beyond the API."
              : "Clients are told that it reaches nothing beyond the API.",
          ),
        ]),
  ];
}

/** Fields that a person leaves out can be what somebody relies on; how an answer is written is for a model to read. */
function compareAnswers(before: Tool, after: Tool): Change[] {
  const [one, other] = [before.shape ?? {}, after.shape ?? {}];
  const fieldsOf = ({ expression, keep, drop, rename }: NonNullable<Tool["shape"]>) => ({
    ...{ expression, keep, drop, rename },
  });
  if (isDeepStrictEqual(one, other) && before.widget === after.widget && before.summarize === after.summarize)
    return [];
  if (!isDeepStrictEqual(fieldsOf(one), fieldsOf(other)))
    return [change("answer", "Other fields of the answer reach the model.", true)];
  const format = other.format ?? "json";
  return [
    (one.format ?? "json") === format
      ? change("answer", "How much of the answer reaches the model, or how it is shown, changed.")
      : change("answer", `The answer is written as ${FORMAT_WORDS[format]}.`),
  ];
}

const FORMAT_WORDS = { json: "JSON", table: "a table", csv: "CSV", text: "lines of text" } as const;

function compareSteps(before: Tool, after: Tool): Change[] {
  if (isDeepStrictEqual(before.steps, after.steps)) return [];
  const route = ({ steps, operation }: Tool) => steps?.map((step) => step.operation).join(", then ") ?? operation;
  return [
    route(before) === route(after)
      ? change("steps", "How its calls are put together changed.")
      : change("steps", `It calls ${route(after)} now; it called ${route(before)}.`),
  ];
}

const DIALECT_WORDS: Record<Manifest["dialect"], string> = {
  auto: "what each client takes",
  full: "all of JSON Schema",
  safe: "what every client takes",
  "openai-strict": "OpenAI's strict mode",
  gemini: "Gemini",
};

function compareSettings(before: Manifest, after: Manifest): Change[] {
  const changes: Change[] = [];
  const differs = (key: keyof Manifest) => (before[key] || undefined) !== (after[key] || undefined);
  if (differs("title")) changes.push(change("title", `The title is now “${after.title}”; it was “${before.title}”.`));
  if (differs("description")) changes.push(change("description", "The description changed."));
  if (differs("instructions")) changes.push(change("instructions", "What models are told about the server changed."));
  if (differs("icon")) changes.push(change("icon", after.icon ? "The icon changed." : "There is no icon any more."));
  if (differs("baseUrl")) changes.push(change("baseUrl", movedBase(before.baseUrl, after.baseUrl)));
  for (const key of new Set([...(before.documents ?? []), ...(after.documents ?? [])].map((one) => one.key))) {
    const [one, other] = [before, after].map((version) => version.documents?.find((document) => document.key === key));
    // A document that came or went brought or took its tools.
    if (one && other && one.baseUrl !== other.baseUrl)
      changes.push(change("baseUrl", movedBase(one.baseUrl, other.baseUrl, ` of “${key}”`)));
  }
  if (differs("dialect"))
    changes.push(change("dialect", `Parameters are described for ${DIALECT_WORDS[after.dialect]} now.`));
  if (differs("toolMode"))
    changes.push(
      change(
        "toolMode",
        after.toolMode === "search"
          ? "Tools are found by searching now; clients list three instead of all. Those that know a name can go on calling it."
          : "All tools are listed now; they were found by searching.",
      ),
    );
  changes.push(...compareOffers("prompt", before.prompts ?? [], after.prompts ?? [], ({ name }) => name));
  changes.push(...compareOffers("resource", before.resources ?? [], after.resources ?? [], ({ uri }) => uri));
  if (differs("standInTools"))
    changes.push(
      after.standInTools
        ? change("standInTools", "Clients without prompts or resources get tools in their place.")
        : change("standInTools", "Clients without prompts or resources get no tools in their place any more.", true),
    );
  if (differs("readAnswers"))
    changes.push(
      change(
        "readAnswers",
        after.readAnswers
          ? "Parts of answers that were too long can be read with a tool."
          : "Parts of answers that were too long can no longer be read with a tool.",
      ),
    );
  if (differs("searchTexts"))
    changes.push(
      after.searchTexts
        ? change("searchTexts", "Texts are searched with a tool.")
        : change("searchTexts", "Texts are no longer searched with a tool.", true),
    );
  if (differs("documentVersion"))
    changes.push(
      change(
        "documentVersion",
        `The document calls itself ${after.documentVersion || "nothing"} now; it was ${before.documentVersion || "nothing"}.`,
      ),
    );
  return changes;
}

function movedBase(before: string | undefined, after: string | undefined, whose = ""): string {
  const now = `Calls${whose} go to ${after ?? "where the document says"} now`;
  return `${now}; they went to ${before ?? "where the document says"}.`;
}

/** Prompts or resources, by what clients know each by. */
function compareOffers<Offer>(
  noun: "prompt" | "resource",
  before: readonly Offer[],
  after: readonly Offer[],
  keyOf: (offer: Offer) => string,
): Change[] {
  const [old, next] = [before, after].map((offers) => new Map(offers.map((offer) => [keyOf(offer), offer])));
  const where = `${noun}s`;
  return [
    ...[...(old?.keys() ?? [])]
      .filter((key) => !next?.has(key))
      .map((key) => change(where, `The ${noun} ${key} is gone.`, true)),
    ...[...(next ?? [])].flatMap(([key, offer]) => {
      if (!old?.has(key)) return [change(where, `The ${noun} ${key} is new.`)];
      return isDeepStrictEqual(old.get(key), offer) ? [] : [change(where, `The ${noun} ${key} changed.`)];
    }),
  ];
}
