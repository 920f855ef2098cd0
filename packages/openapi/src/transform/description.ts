import type { JsonObject } from "../types.ts";
import { clip, oneLine } from "./text.ts";

/** Characters of a tool's description: no known client takes fewer. */
export const DESCRIPTION_CHARS_MAX = 1_024;
const TITLE_CHARS_MAX = 80;
const SOURCE_CHARS_MAX = 6_000;

/** What a model reads to choose the tool: summary, description, what comes back; within the budget. */
export function describeOperation(
  operation: JsonObject,
  method: string,
  path: string,
  sketch: string | undefined,
): string {
  const summary = textOf(operation.summary);
  const description = textOf(operation.description);
  const repeats = summary !== "" && description.toLowerCase().startsWith(summary.toLowerCase().replace(/[.!]$/, ""));
  const text = [repeats ? "" : sentence(summary), description].filter((part) => part !== "").join(" ");
  const hints = [operation.deprecated === true ? "Deprecated." : "", sketch ?? ""]
    .filter((part) => part !== "")
    .join(" ");
  const main = text === "" ? `${method} ${oneLine(path.slice(0, 300))}` : text;
  const room = DESCRIPTION_CHARS_MAX - (hints === "" ? 0 : hints.length + 1);
  return `${clip(main, room)}${hints === "" ? "" : `\n${hints}`}`;
}

/** A title for people: the summary when it is short enough to be one. */
export function titleOf(operation: JsonObject): string | undefined {
  const summary = textOf(operation.summary).replace(/\.$/, "");
  return summary === "" ? undefined : clip(summary, TITLE_CHARS_MAX);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? oneLine(value.slice(0, SOURCE_CHARS_MAX)) : "";
}

function sentence(text: string): string {
  return text === "" || /[.!?…:]$/.test(text) ? text : `${text}.`;
}
