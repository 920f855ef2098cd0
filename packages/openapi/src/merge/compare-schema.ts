import { asArray, asObject, atPointer, isObject } from "../json.ts";
import type { JsonObject, JsonSchema } from "../types.ts";

/** One difference between two versions of a tool. */
export interface Change {
  /** What differs: `limit`, `filter.tags[]`, or a word such as `description`. */
  where: string;
  message: string;
  /** A call that worked before may be refused now, or an answer may lack what it had. */
  isBreaking: boolean;
}

/** More than anybody reads; the rest is like them. */
const CHANGES_MAX = 100;
const DEPTH_MAX = 12;

/** What differs between two input schemas, seen by whoever sends arguments that fitted the first. */
export function compareInput(before: JsonSchema, after: JsonSchema): Change[] {
  const changes: Change[] = [];
  const seen = new Set<string>();
  const report = (where: string, message: string, isBreaking: boolean) => {
    if (changes.length < CHANGES_MAX) changes.push({ where, message, isBreaking });
  };

  const compare = (rawOld: unknown, rawNew: unknown, where: string, depth: number): void => {
    const refs = `${String(asObject(rawOld).$ref)} ${String(asObject(rawNew).$ref)}`;
    // The same pair again, further down in a schema that contains itself.
    if (isObject(rawOld) && rawOld.$ref !== undefined && seen.has(refs)) return;
    seen.add(refs);
    const one = resolve(rawOld, before);
    const other = resolve(rawNew, after);
    if (depth > DEPTH_MAX || changes.length >= CHANGES_MAX) return;
    compareTypes(one, other, where, report);
    compareChoices(one, other, where, report);
    compareLimits(one, other, where, report);
    compareForms(one, other, where, report);
    compareTexts(one, other, where, report);
    compareProperties(one, other, where, report, (name) =>
      compare(asObject(one.properties)[name], asObject(other.properties)[name], join(where, name), depth + 1),
    );
    if (isObject(one.items) && isObject(other.items)) compare(one.items, other.items, `${where}[]`, depth + 1);
  };
  compare(before, after, "", 0);
  return changes;
}

/** What differs between two output schemas, seen by whoever reads the answers: names that went or came. */
export function compareOutput(before: JsonSchema | undefined, after: JsonSchema | undefined): Change[] {
  const namesOf = (schema: JsonSchema | undefined) => {
    const properties = asObject(schema?.properties);
    const wrapped = asObject(properties.result);
    return new Set([...Object.keys(properties), ...Object.keys(asObject(asObject(wrapped.items).properties))]);
  };
  if (before === undefined || after === undefined) return [];
  const [one, other] = [namesOf(before), namesOf(after)];
  const gone = [...one].filter((name) => !other.has(name));
  const added = [...other].filter((name) => !one.has(name));
  return [
    ...gone.map((name) => ({ where: name, message: `The answer no longer has ${quote(name)}.`, isBreaking: true })),
    ...added.map((name) => ({ where: name, message: `The answer also has ${quote(name)}.`, isBreaking: false })),
  ];
}

type Report = (where: string, message: string, isBreaking: boolean) => void;

function resolve(schema: unknown, root: JsonSchema): JsonObject {
  let current = schema;
  for (let hops = 0; isObject(current) && typeof current.$ref === "string" && hops < DEPTH_MAX; hops++) {
    const { $ref, ...siblings } = current;
    const target = atPointer(root, String($ref).slice(1));
    current = isObject(target) ? { ...target, ...siblings } : siblings;
  }
  return asObject(current);
}

function compareTypes(one: JsonObject, other: JsonObject, where: string, report: Report): void {
  const before = typesOf(one);
  const after = typesOf(other);
  if (before === undefined && after === undefined) return;
  const lost = [...(before ?? [])].filter(
    (type) => after && !after.has(type) && !(type === "integer" && after.has("number")),
  );
  if (lost.length > 0 || (before === undefined && after !== undefined))
    report(where, `${subject(where)} is now ${list(after)}; it was ${list(before)}.`, true);
  else if (after === undefined || [...after].some((type) => !before?.has(type)))
    report(where, `${subject(where)} may now also be ${list(after)}.`, false);
}

function typesOf(schema: JsonObject): Set<string> | undefined {
  const types = asArray(Array.isArray(schema.type) ? schema.type : [schema.type]).filter(
    (type): type is string => typeof type === "string",
  );
  return types.length === 0 ? undefined : new Set(types);
}

function compareChoices(one: JsonObject, other: JsonObject, where: string, report: Report): void {
  const before = choicesOf(one);
  const after = choicesOf(other);
  if (after === undefined) {
    if (before !== undefined) report(where, `${subject(where)} is no longer limited to certain values.`, false);
    return;
  }
  if (before === undefined) {
    report(where, `${subject(where)} must now be one of ${preview(after)}.`, true);
    return;
  }
  const gone = [...before].filter((value) => !after.has(value));
  const added = [...after].filter((value) => !before.has(value));
  if (gone.length > 0) report(where, `${subject(where)} no longer takes ${preview(gone)}.`, true);
  if (added.length > 0) report(where, `${subject(where)} now also takes ${preview(added)}.`, false);
}

function choicesOf(schema: JsonObject): Set<string> | undefined {
  if (schema.const !== undefined) return new Set([JSON.stringify(schema.const)]);
  return Array.isArray(schema.enum) ? new Set(schema.enum.map((value) => JSON.stringify(value))) : undefined;
}

const UPPER = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
const LOWER = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];

function compareLimits(one: JsonObject, other: JsonObject, where: string, report: Report): void {
  for (const keyword of [...UPPER, ...LOWER]) {
    const before = one[keyword];
    const after = other[keyword];
    if (before === after || (typeof before !== "number" && typeof after !== "number")) continue;
    const isUpper = UPPER.includes(keyword);
    const isTighter =
      typeof after === "number" && (typeof before !== "number" || (isUpper ? after < before : after > before));
    report(where, `${subject(where)}: ${keyword} is now ${after ?? "gone"}; it was ${before ?? "not set"}.`, isTighter);
  }
  // Told to the model and judged by the API: no call is refused for them here.
  for (const keyword of ["pattern", "format"]) {
    if (one[keyword] !== other[keyword])
      report(where, `${subject(where)}: ${keyword} is now ${other[keyword] ?? "gone"}.`, false);
  }
}

function compareForms(one: JsonObject, other: JsonObject, where: string, report: Report): void {
  for (const keyword of ["oneOf", "anyOf"]) {
    const before = new Set(asArray(one[keyword]).map((branch) => JSON.stringify(branch)));
    const after = new Set(asArray(other[keyword]).map((branch) => JSON.stringify(branch)));
    if (before.size === 0 && after.size === 0) continue;
    if (after.size === 0) report(where, `${subject(where)} may now have any form.`, false);
    else if (before.size === 0 || [...before].some((branch) => !after.has(branch)))
      report(where, `${subject(where)} has other forms than before.`, true);
    else if (after.size > before.size) report(where, `${subject(where)} has one more form.`, false);
  }
  if (JSON.stringify(one.allOf) !== JSON.stringify(other.allOf))
    report(where, `${subject(where)} is put together differently.`, true);
}

function compareTexts(one: JsonObject, other: JsonObject, where: string, report: Report): void {
  if (where === "") return;
  if (one.description !== other.description) report(where, `The description of ${quote(where)} changed.`, false);
  if (JSON.stringify(one.default) !== JSON.stringify(other.default))
    report(where, `${subject(where)}: the default is now ${JSON.stringify(other.default) ?? "gone"}.`, false);
  if (one.deprecated !== true && other.deprecated === true) report(where, `${subject(where)} is deprecated.`, false);
}

function compareProperties(
  one: JsonObject,
  other: JsonObject,
  where: string,
  report: Report,
  descend: (name: string) => void,
): void {
  const before = asObject(one.properties);
  const after = asObject(other.properties);
  const needed = new Set(asArray(one.required));
  const neededNow = new Set(asArray(other.required));
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) report(join(where, name), `${quote(join(where, name))} is gone.`, true);
    else {
      if (!needed.has(name) && neededNow.has(name))
        report(join(where, name), `${quote(join(where, name))} is now required.`, true);
      if (needed.has(name) && !neededNow.has(name))
        report(join(where, name), `${quote(join(where, name))} is no longer required.`, false);
      descend(name);
    }
  }
  for (const name of Object.keys(after)) {
    if (Object.hasOwn(before, name)) continue;
    const isRequired = neededNow.has(name);
    report(join(where, name), `${quote(join(where, name))} is new${isRequired ? " and required" : ""}.`, isRequired);
  }
  if (one.additionalProperties !== false && other.additionalProperties === false)
    report(where, `${subject(where)} takes no other properties any more.`, true);
}

function join(where: string, name: string): string {
  return where === "" ? name : `${where}.${name}`;
}

function subject(where: string): string {
  return where === "" ? "The input" : quote(where);
}

function quote(name: string): string {
  return `“${name.slice(0, 120)}”`;
}

function list(types: Set<string> | undefined): string {
  return types === undefined ? "anything" : [...types].join(" or ");
}

function preview(values: Iterable<string>): string {
  const all = [...values];
  return `${all.slice(0, 5).join(", ")}${all.length > 5 ? ", …" : ""}`;
}
