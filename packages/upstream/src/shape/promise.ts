import type { PromisedAnswer, Tool } from "@portico/openapi";
import { isObject } from "../json.ts";
import { isJson } from "./decode.ts";

const NAMES_MAX = 5;
const NAME_CHARS_MAX = 60;

/** What came, as far as a promise can be held against it. */
export type Came =
  | { as: "json"; value: unknown }
  | { as: "other"; type: string; declared: string }
  | { as: "nothing"; status: number };

/**
 * One sentence on where an answer differs from what its document promises, for the people who run the server; undefined
 * when it does not, or the document promises nothing. Says nothing that the answer holds.
 */
export function broken({ plan }: Pick<Tool, "plan">, came: Came): string | undefined {
  const types = plan.response.contentTypes;
  const first = types[0];
  if (first === undefined || types.some((type) => type.includes("*"))) return undefined;
  const isJsonPromised = types.some(isJson);
  if (came.as === "nothing")
    return came.status === 200 && isJsonPromised && plan.response.promised?.kind !== undefined
      ? `The document promises ${bare(first).slice(0, 100)}, the answer was empty.`
      : undefined;
  if (came.as === "json") return isJsonPromised ? brokenShape(plan.response.promised ?? {}, came.value) : undefined;
  const { type, declared } = came;
  if (isJson(declared) && types.some((promised) => isJson(bare(promised))))
    return type === declared
      ? `The answer says that it is ${shown(declared) || "JSON"}, but it is not JSON.`
      : `The document promises ${bare(first).slice(0, 100)}, the answer was ${shown(type) || "something unnamed"}.`;
  return types.some((promised) => alike(bare(promised), type) || alike(bare(promised), declared))
    ? undefined
    : `The document promises ${bare(first).slice(0, 100)}, the answer was ${shown(type) || "of no known type"}.`;
}

function brokenShape({ kind, required = [] }: PromisedAnswer, value: unknown): string | undefined {
  const came = Array.isArray(value)
    ? "a list"
    : isObject(value)
      ? "an object"
      : `${value === null ? "null" : `a ${typeof value}`}`;
  if (kind === "object" && !isObject(value)) return `The document promises an object, the answer was ${came}.`;
  if (kind === "array" && !Array.isArray(value)) return `The document promises a list, the answer was ${came}.`;
  if (!isObject(value)) return undefined;
  const missing = required.filter((name) => !Object.hasOwn(value, name));
  if (missing.length === 0) return undefined;
  const names = missing
    .slice(0, NAMES_MAX)
    .map((name) => name.slice(0, NAME_CHARS_MAX))
    .join(", ");
  const more = missing.length > NAMES_MAX ? ` and ${missing.length - NAMES_MAX} more` : "";
  return `The answer lacks what the document requires: ${names}${more}.`;
}

/** A media type as one can be written down; what else a header held is not ours to repeat. */
function shown(type: string): string {
  return type.length <= 100 && /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : "";
}

function bare(type: string): string {
  return (type.split(";")[0] ?? "").trim().toLowerCase();
}

function alike(promised: string, came: string): boolean {
  const family = (type: string) => (/[/+]xml$/.test(type) ? "xml" : /octet-stream/.test(type) ? "bytes" : type);
  if (promised === came || family(promised) === family(came)) return true;
  // Bytes of any kind are what was promised, and any text is text.
  if (family(promised) === "bytes") return true;
  return promised === "text/plain" && came.startsWith("text/");
}
