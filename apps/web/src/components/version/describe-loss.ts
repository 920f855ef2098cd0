import type { DraftDifference } from "@portico/services";
import { count } from "../ui/figures.ts";

/** How many names a line has; the rest is counted. */
const NAMES_MAX = 5;

const SETTING_WORDS: Record<string, string> = {
  title: "title",
  description: "description",
  instructions: "instructions",
  dialect: "input schemas",
  toolMode: "how tools are offered",
  icon: "icon",
  standInTools: "tools in the place of prompts and resources",
  readAnswers: "reading long answers in parts",
  searchTexts: "search in texts",
  baseUrl: "base URL",
};

export interface LossLine {
  what: string;
  names: string;
}

/** What of a draft goes when another one takes its place: a line for each kind of thing, with the first names. */
export function describeLoss(changes: DraftDifference): LossLine[] {
  const kinds: [readonly string[], (size: number) => string][] = [
    [changes.dropped, (size) => count(size, "picked tool")],
    [changes.edits, (size) => `Edits of ${count(size, "tool")}`],
    [changes.composedTools, (size) => count(size, "own tool as it is now", "own tools as they are now")],
    [changes.prompts, (size) => count(size, "prompt as it is now", "prompts as they are now")],
    [changes.resources, (size) => count(size, "resource as it is now", "resources as they are now")],
    [changes.documents, (size) => count(size, "document with its tools", "documents with their tools")],
    [changes.revisions, (size) => `The revision of ${count(size, "document")}`],
    [changes.settings.map((name) => SETTING_WORDS[name] ?? name), (size) => count(size, "setting")],
  ];
  return kinds
    .filter(([names]) => names.length > 0)
    .map(([names, say]) => ({ what: say(names.length), names: listed(names) }));
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return `${names.slice(0, NAMES_MAX).join(", ")}${more > 0 ? ` and ${more.toLocaleString("en")} more` : ""}`;
}
