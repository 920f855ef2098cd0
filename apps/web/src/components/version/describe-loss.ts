import type { DraftDifference } from "@portico/services";
import { count } from "@/components/ui/figures.ts";

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
  const kinds: [readonly string[], string, string][] = [
    [changes.dropped, "picked tool", "picked tools"],
    [changes.edits, "tool's edits", "tools' edits"],
    [changes.composedTools, "own tool as it is now", "own tools as they are now"],
    [changes.prompts, "prompt as it is now", "prompts as they are now"],
    [changes.resources, "resource as it is now", "resources as they are now"],
    [changes.documents, "document with its tools", "documents with their tools"],
    [changes.revisions, "document's revision", "documents' revisions"],
    [changes.settings.map((name) => SETTING_WORDS[name] ?? name), "setting", "settings"],
  ];
  return kinds
    .filter(([names]) => names.length > 0)
    .map(([names, one, many]) => ({ what: count(names.length, one, many), names: listed(names) }));
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return `${names.slice(0, NAMES_MAX).join(", ")}${more > 0 ? ` and ${more.toLocaleString("en")} more` : ""}`;
}
