import { typeOf } from "../dialect.ts";
import { asArray, asObject } from "../json.ts";
import { choosable, flatSchema } from "../parameters/values.ts";
import { isAskedAgain, toolKind } from "../tool-kind.ts";
import type { Tool } from "../types.ts";
import { type Finding, findingOf, keyOf } from "./finding.ts";
import { VERBS, wordsOf } from "./words.ts";

/** Parameters that nobody describes, and values that nobody explains. */
export function lintArguments(tool: Tool): Finding[] {
  const { inputSchema, operation } = tool;
  return Object.keys(asObject(inputSchema.properties)).flatMap((name) => {
    const parameter = keyOf(tool, name);
    const flat = flatSchema(inputSchema, name);
    const description = typeof flat.description === "string" ? flat.description : "";
    const found: Finding[] = [];
    // Whoever gave it a default said nothing of what it is.
    if (description.replace(/^May be left out: it is .* then\./, "").trim() === "") {
      // The document's name says it, whatever a person calls it.
      const words = usualWords(parameter.split(".").at(-1) ?? name) ?? usualWords(name);
      found.push(
        findingOf("undescribed-parameter", "warning", {
          ...{ operation, parameter, message: `Nothing says what “${name}” is.` },
          ...(words
            ? { fix: { words: `Say “${words}”`, patch: { parameters: { [parameter]: { description: words } } } } }
            : {}),
        }),
      );
    }
    const codes = unexplained(tool, name, description);
    if (codes.length > 0)
      found.push(
        findingOf("unexplained-values", "warning", {
          ...{ operation, parameter },
          message: `“${name}” takes ${codes.slice(0, 4).join(", ")}${codes.length > 4 ? ", …" : ""}, and nothing says what they mean.`,
        }),
      );
    return found;
  });
}

/** What parameters of these names are in every API. */
const USUAL: [RegExp, string][] = [
  [/^(?:q|query|search|search_?term|keywords?)$/i, "What to look for, in a few words."],
  [/^(?:limit|per_?page|page_?size|max_?results|top|take)$/i, "How many to give at most."],
  [/^page(?:_?(?:no|num|number))?$/i, "Which page of the list."],
  [/^(?:offset|skip|start_?index)$/i, "How many to leave out from the beginning of the list."],
  [
    /^(?:cursor|page_?token|next_?token|continuation_?token)$/i,
    "Where to go on: what the answer before gave for the next page.",
  ],
  [/^(?:sort|sort_?by|order_?by)$/i, "What to sort by."],
  [/^fields$/i, "Which fields the answer has."],
  [/^(?:lang|language|locale)$/i, "The language, such as en or de."],
  [/^(?:e_?mail|email_?address)$/i, "An e-mail address."],
];

function usualWords(name: string): string | undefined {
  const usual = USUAL.find(([pattern]) => pattern.test(name))?.[1];
  if (usual) return usual;
  const words = wordsOf(name);
  const last = words.pop();
  return (last === "id" || last === "uuid") && words.length > 0 ? `The id of the ${words.join(" ")}.` : undefined;
}

/** Values that are no words, and that the description does not name. */
function unexplained({ inputSchema }: Tool, name: string, description: string): string[] {
  const found = choosable(inputSchema, name);
  if (!found?.choices || found.type === "boolean" || found.choices.length < 2) return [];
  const codes = found.choices.map(String).filter((value) => value !== "" && isCode(value));
  if (codes.length * 2 <= found.choices.length) return [];
  const said = new Set(description.split(/[^\w+-]+/));
  return codes.some((code) => said.has(code)) ? [] : codes;
}

function isCode(value: string): boolean {
  return /^-?\d+$/.test(value) || (value.length <= 2 && /^[\w+-]+$/.test(value)) || /^[A-Z]{1,3}\d+$/.test(value);
}

const LIMITS =
  /^(?:(?:page|max|result)?_?(?:limit|size|count|results|items)|per_?page|rows|top|take|first|last|n|max|num|number)$/i;
const PAGES =
  /^(?:page|offset|skip|cursor|after|before|starting_after|ending_before|since|marker|.*token|.*cursor|page_?.*)$/i;
const LISTING = new Set(["list", "search", "find", "query", "browse"]);
const LIMIT_DEFAULT = 20;

/** Lists that give everything there is. */
export function lintList(tool: Tool): Finding[] {
  // Of several calls each is looked at by itself.
  if (tool.steps || !isList(tool)) return [];
  const { inputSchema, operation, plan } = tool;
  const names = Object.keys(asObject(inputSchema.properties));
  const given = new Set(plan.given?.map(({ argument }) => argument));
  const isBounded = (one: { argument: string; name: string }) => LIMITS.test(plain(one.name));
  const limits = plan.parameters.filter(isBounded);
  // The version sends one whatever the model says.
  if (limits.some(({ argument }) => given.has(argument))) return [];
  const [limit] = limits.filter(({ argument }) => names.includes(argument));
  if (!limit) {
    if (plan.parameters.some(({ name }) => PAGES.test(plain(name)))) return [];
    return [
      findingOf("unbounded-list", "warning", {
        operation,
        message: "It gives a list, and nothing limits how long that is.",
      }),
    ];
  }
  const flat = flatSchema(inputSchema, limit.argument);
  const isNeeded = asArray(inputSchema.required).includes(limit.argument);
  if (isNeeded || flat.default !== undefined || (typeOf(flat) !== "integer" && typeOf(flat) !== "number")) return [];
  const value = within(LIMIT_DEFAULT, flat.minimum, flat.maximum);
  const parameter = keyOf(tool, limit.argument);
  return [
    findingOf("unbounded-list", "info", {
      ...{ operation, parameter },
      message: `It gives a list, and leaves it to the API how long that is when “${limit.argument}” is left out.`,
      fix: {
        words: `Ask for ${value} unless the model says otherwise`,
        patch: { parameters: { [parameter]: { default: { value } } } },
      },
    }),
  ];
}

function isList(tool: Tool): boolean {
  if (!isAskedAgain(tool)) return false;
  const { name, plan, outputSchema } = tool;
  const last = plan.path.at(-1);
  const words = wordsOf(name);
  const verb = words.find((word) => VERBS.has(word));
  if (plan.response.promised?.kind === "array") return true;
  if (last && "parameter" in last) return false;
  return LISTING.has(verb ?? "") || asObject(asObject(outputSchema?.properties).result).type === "array";
}

function plain(name: string): string {
  return name
    .replace(/^\$/, "")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replace(/[[\]]/g, "");
}

function within(value: number, minimum: unknown, maximum: unknown): number {
  const upper = typeof maximum === "number" ? Math.min(value, Math.floor(maximum)) : value;
  return typeof minimum === "number" ? Math.max(upper, Math.ceil(minimum)) : upper;
}

const DESTROYING = new Set(["delete", "destroy", "purge", "erase", "wipe", "terminate"]);

/** What deletes without asking a person. */
export function lintDestroying(tool: Tool): Finding[] {
  const { name, operation, askFirst } = tool;
  const kind = toolKind(tool);
  if (askFirst || kind === "reading") return [];
  const verb = wordsOf(name).find((word) => VERBS.has(word));
  const isDeletion = kind === "destroying";
  if (!isDeletion && !(verb !== undefined && DESTROYING.has(verb))) return [];
  return [
    findingOf("destroys-unasked", "warning", {
      operation,
      message: "It deletes, and nobody is asked before.",
      fix: { words: "Ask the person first", patch: { askFirst: true } },
    }),
  ];
}
