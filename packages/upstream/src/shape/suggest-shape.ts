import { type AnswerShape, estimateTokens } from "@portico/openapi";
import { type AnswerField, answerTree } from "./answer-tree.ts";
import { selectFields } from "./select-fields.ts";
import { writeAnswer } from "./write-answer.ts";

/** Of the tokens that came, this much the suggested fields may take. */
const SHARE_MAX = 0.13;
const FIELDS_MAX = 14;
const FIELDS_MIN = 3;
/** Answers below this are fine as they are. */
const TOKENS_MIN = 300;
/** A table with more columns nobody reads. */
const COLUMNS_MAX = 14;

/**
 * A sensible first shape for an answer: what tells its items apart and what people ask about (names, states, amounts, dates), without
 * addresses for machines, fields that are empty or always the same, and long texts. Undefined where there is nothing to gain. Rules, not
 * a model: the same answer always gets the same suggestion.
 */
export function suggestShape(value: unknown): AnswerShape | undefined {
  const tokens = estimateTokens(value);
  if (tokens < TOKENS_MIN) return undefined;
  const tree = answerTree(value);
  const list = findMainList(tree);
  const [item] = list?.fields ?? [];
  const paging = list && list !== tree ? pagingFields(tree, list) : [];
  const keep: string[] = [];
  for (const { field } of ranked(item ?? tree)) {
    if (keep.length >= FIELDS_MAX) break;
    const tried = selectFields(value, { keep: [...paging, ...keep, field.path] });
    const text = item ? writeAnswer(tried, "table") : writeAnswer(tried, "json");
    // One that is too long for what is left may be followed by shorter ones.
    if (keep.length >= FIELDS_MIN && estimateTokens(text) > tokens * SHARE_MAX) continue;
    keep.push(field.path);
  }
  if (keep.length === 0) return undefined;
  // In the order of the API, which people know.
  const order = pathsOf(tree);
  keep.sort((one, other) => order.indexOf(one) - order.indexOf(other));
  const isTable = item !== undefined && keep.length <= COLUMNS_MAX && keep.every((path) => !isList(tree, path));
  return { keep: [...paging, ...keep], ...(isTable ? { format: "table" as const } : {}) };
}

/** The list of objects that most of an answer is. */
function findMainList(tree: AnswerField): AnswerField | undefined {
  let best: AnswerField | undefined;
  const visit = (field: AnswerField, depth: number): void => {
    const [each] = field.fields;
    const isRecords = field.items !== undefined && each?.name === "" && each.types.includes("object");
    if (isRecords && (!best || field.chars > best.chars)) best = field;
    if (isRecords || depth >= 3) return;
    for (const child of field.fields) visit(child, depth + 1);
  };
  visit(tree, 0);
  return best && best.chars * 2 > tree.chars ? best : undefined;
}

/** What says how to get more. */
const PAGING =
  /^(has_?more|next(_?(page|cursor|token|url|link))?(_?token)?|cursor|total(_?(count|items|results|size))?|count|page|pages|total_?pages)$/i;

function pagingFields(tree: AnswerField, list: AnswerField): string[] {
  return tree.fields.flatMap((field) => {
    if (list.path.startsWith(`${field.path}[`) || field.path === list.path) return [];
    if (PAGING.test(field.name) && field.fields.length === 0) return field.example === undefined ? [] : [field.path];
    return field.fields.filter((one) => PAGING.test(one.name) && one.fields.length === 0).map(({ path }) => path);
  });
}

interface Ranked {
  field: AnswerField;
  rank: number;
}

/** Words of the last part of a name, and how much a person wants to know it; the first that fits counts. */
const WORDS: [RegExp, number][] = [
  [/^(id|number|key|slug|code|sku|uid|uuid|ref|reference)$/i, 100],
  [/^(name|full_?name|title|login|username|display_?name|subject|label|summary|headline)$/i, 98],
  [/^(status|state|phase|stage|result|conclusion|outcome|priority|severity)$/i, 95],
  [/^(email|phone|company|customer|user|owner|author|assignee|account)(_?(id|name))?$/i, 85],
  [/(^|_)(amount|total|price|balance|cost|quantity|qty|currency|score|rating)(_|$)/i, 84],
  [/(_at|_on|date|time|At|Date|Time)$|^(created|updated|due|start|end|timestamp)$/, 75],
  [/^(type|kind|category|role|language|country|city|plan|method)$/i, 70],
  [/^(description|message|body|note|notes|comment|text)$/i, 60],
  [/^(html_url|web_url|permalink|link)$/i, 55],
  [/(_?count|_?total|s_count)$/i, 45],
];
/** Nobody reads these. */
const NOISE =
  /(_url|Url|_uri|Uri|_link|_href|href|_hash|_sha|etag|node_id|gravatar_id|_token|_secret|self|_links|links|avatar|icon|thumbnail|cursor|metadata|object|livemode|api_version|schema)$/i;
const LONG_TEXT_CHARS = 300;

/** The fields of an item that are worth something, best first. */
function ranked(item: AnswerField): Ranked[] {
  const found: Ranked[] = [];
  const visit = (field: AnswerField, depth: number, parent: number): void => {
    for (const child of field.fields) {
      if (child.fields.length > 0) {
        if (NOISE.test(child.name) || depth >= 2) continue;
        // Of what an item only refers to, its name says enough.
        const [named] = namesOf(child.items === undefined ? child : (child.fields[0] ?? child));
        if (named) found.push({ field: named, rank: wordRank(child.name, 50) - 10 });
        else if (child.items === undefined) visit(child, depth + 1, 20);
        continue;
      }
      const rank = rankOf(child, item.seen);
      if (rank > 0) found.push({ field: child, rank: rank - parent });
    }
  };
  visit(item, 0, 0);
  return found.filter(({ rank }) => rank > 0).sort((one, other) => other.rank - one.rank);
}

/** The field of an object that people would call it by. */
function namesOf({ fields }: AnswerField): AnswerField[] {
  const [best] = fields
    .filter((field) => field.fields.length === 0 && field.example !== undefined && wordRank(field.name, 0) >= 95)
    .sort((one, other) => nameRank(other.name) - nameRank(one.name));
  return best ? [best] : [];
}

function nameRank(name: string): number {
  return /^(id|number|key|uid|uuid)$/i.test(name) ? 1 : wordRank(name, 0);
}

function wordRank(name: string, otherwise: number): number {
  return WORDS.find(([word]) => word.test(name))?.[1] ?? (NOISE.test(name) ? 0 : otherwise);
}

function rankOf({ name, types, chars, seen, example, items }: AnswerField, of: number): number {
  // Empty wherever it was.
  if (example === undefined && !types.includes("yes or no")) return 0;
  if (items !== undefined) return 0;
  let rank = wordRank(name, 30);
  if (/^"https?:\/\//.test(example ?? "") && rank < 55) return 0;
  if (chars / seen > LONG_TEXT_CHARS) rank -= 40;
  // There in few items: less to compare by.
  if (seen < of / 2) rank -= 15;
  return rank;
}

function pathsOf(field: AnswerField): string[] {
  return [field.path, ...field.fields.flatMap(pathsOf)];
}

function isList(tree: AnswerField, path: string): boolean {
  if (tree.path === path) return tree.items !== undefined;
  return tree.fields.some((field) => isList(field, path));
}
