import type { LoadLimits } from "../types.ts";
import { hasOutdentedBracket, indentBrackets } from "./position.ts";
import { jsonProblem, yamlProblem } from "./syntax-problem.ts";

export type Parsed =
  | { ok: true; value: unknown; syntax: "json" | "yaml" }
  | {
      ok: false;
      code: string;
      message: string;
      /** Where in the text that is, where it is at one place. */
      offset?: number;
    };

/** A definition such as `type Query {`. */
const GRAPHQL = /^(?:extend )?(?:type|schema|interface|input|enum)\b[^:\n]*\{/m;

/** Parses JSON or YAML. No custom tag is understood and no code is ever run. */
export async function parseText(text: string, limits: LoadLimits): Promise<Parsed> {
  const start = text.trimStart();
  if (start === "") return { ok: false, code: "empty_document", message: "The document is empty." };
  if (/^<(!doctype|html|\?xml|!--)/i.test(start)) {
    return {
      ok: false,
      code: "not_an_api_description",
      message: "This is a web page (or XML), not an OpenAPI document. Use the link to the .json or .yaml file itself.",
    };
  }
  if (!start.startsWith("{") && !start.startsWith("[")) return parseYaml(text, limits);
  try {
    return { ok: true, value: JSON.parse(text), syntax: "json" };
  } catch (error) {
    // YAML flow style also starts with a brace.
    const yaml = await parseYaml(text, limits);
    if (yaml.ok) return yaml;
    if (yaml.code !== "invalid_yaml") return yaml;
    const { words, ...place } = (await jsonProblem(text)) ?? { words: `${messageOf(error)}.` };
    return { ok: false, code: "invalid_json", message: `The document is not valid JSON: ${words}`, ...place };
  }
}

async function parseYaml(text: string, limits: LoadLimits): Promise<Parsed> {
  // Most documents are JSON.
  const { CORE_SCHEMA, load: loadYaml, mergeTag } = await import("js-yaml");
  // YAML 1.2 core, so that dates stay strings, with merge keys, which documents do use.
  const schema = CORE_SCHEMA.withTags(mergeTag);
  const parse = (given: string): Parsed => ({
    ok: true,
    value: loadYaml(given, {
      schema,
      json: true,
      maxDepth: limits.depthMax,
      maxAliases: limits.yamlAliasesMax,
    }),
    syntax: "yaml",
  });
  try {
    try {
      return parse(text);
    } catch (error) {
      if (!/indentation/.test(messageOf(error)) || !hasOutdentedBracket(text)) throw error;
      return parse(indentBrackets(text));
    }
  } catch (error) {
    const message = messageOf(error);
    const { words, ...place } = yamlProblem(error) ?? { words: `${message}.` };
    if (/alias/i.test(message) && !/unidentified/.test(message)) {
      return { ok: false, code: "too_many_aliases", message: "The YAML document uses too many aliases." };
    }
    if (/depth|nesting/i.test(message)) {
      return {
        ok: false,
        code: "spec_too_deep",
        message: `The document is nested more than ${limits.depthMax} levels deep.`,
        ...place,
      };
    }
    if (GRAPHQL.test(text)) {
      return {
        ok: false,
        code: "not_an_api_description",
        message: "This is a GraphQL schema; only OpenAPI and Swagger 2.0 can be imported.",
      };
    }
    return { ok: false, code: "invalid_yaml", message: `The document is not valid YAML: ${words}`, ...place };
  }
}

const MESSAGE_CHARS_MAX = 160;

/** First line only: parser messages quote the source below it. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] ?? "").slice(0, MESSAGE_CHARS_MAX).replace(/[.:]$/, "");
}
