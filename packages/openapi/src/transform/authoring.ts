import { isObject } from "../json.ts";
import type { JsonObject, ToolAnnotations } from "../types.ts";
import { DESCRIPTION_CHARS_MAX } from "./description.ts";
import { clip, oneLine } from "./text.ts";

/** What the author of a document says about its tools in `x-mcp`. */
export interface Authoring {
  /** False leaves the operation out; true brings it back where something above it was left out. */
  include: boolean;
  name?: string;
  title?: string;
  description?: string;
  annotations: Partial<Omit<ToolAnnotations, "title">>;
}

const TITLE_CHARS_MAX = 80;
const SOURCE_CHARS_MAX = 6_000;
const HINTS = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] as const;

/** No author says anything. */
const SILENT: Authoring = Object.freeze({ include: true, annotations: Object.freeze({}) });

/**
 * `x-mcp` of the document, the path and the operation, the nearer one winning. `include` and `annotations` may stand at each of
 * them; `name`, `title` and `description` are the operation's own. `x-mcp: false` is short for `{include: false}`.
 */
export function readAuthoring(root: JsonObject, pathItem: JsonObject, operation: JsonObject): Authoring {
  const document = root["x-mcp"];
  const path = pathItem["x-mcp"];
  const own = operation["x-mcp"];
  if (document === undefined && path === undefined && own === undefined) return SILENT;
  const authoring: Authoring = { include: true, annotations: {} };
  for (const given of [document, path, own]) {
    const { include, annotations } =
      typeof given === "boolean" ? { include: given, annotations: undefined } : isObject(given) ? given : {};
    if (typeof include === "boolean") authoring.include = include;
    if (isObject(annotations)) Object.assign(authoring.annotations, hintsOf(annotations));
  }
  if (!isObject(own)) return authoring;
  const title = textOf(own.title, TITLE_CHARS_MAX);
  const description = textOf(own.description, DESCRIPTION_CHARS_MAX);
  return {
    ...authoring,
    ...(typeof own.name === "string" && own.name !== "" ? { name: own.name } : {}),
    ...(title === "" ? {} : { title }),
    ...(description === "" ? {} : { description }),
  };
}

function hintsOf(annotations: JsonObject): Authoring["annotations"] {
  return Object.fromEntries(
    HINTS.filter((hint) => typeof annotations[hint] === "boolean").map((hint) => [hint, annotations[hint]]),
  );
}

function textOf(value: unknown, charsMax: number): string {
  return typeof value === "string" ? clip(oneLine(value.slice(0, SOURCE_CHARS_MAX)), charsMax) : "";
}
