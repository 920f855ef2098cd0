import { type Tool, toolKind } from "@portico/openapi";
import { intentOf, synonymsOf } from "./synonyms.ts";
import { distanceOf, fold, termsOf, wordsOf } from "./words.ts";

/** What of a tool is searched. */
export type SearchedTool = Pick<
  Tool,
  "name" | "title" | "description" | "operation" | "tags" | "inputSchema" | "deprecated" | "annotations"
>;

export interface SearchIndex<T extends SearchedTool = Tool> {
  /** The best first; of equals the one that comes first in the version. The same query has the same answer. */
  search(query: { text: string; limit: number; tag?: string | undefined }): T[];
  /** Every tag, the most used first. */
  tags: readonly TagCount[];
  hasTag(tag: string): boolean;
}

export interface TagCount {
  tag: string;
  tools: number;
}

/** How much a word counts by where it stands, the usual length of that place, and how much a longer one counts less (BM25F). */
const FIELDS = {
  name: { weight: 3, usualLength: 5, lengthPenalty: 0.6 },
  title: { weight: 2, usualLength: 6, lengthPenalty: 0.5 },
  // Long names are shortened in the middle of words; the path has them whole.
  path: { weight: 1, usualLength: 6, lengthPenalty: 0.6 },
  tags: { weight: 1, usualLength: 2, lengthPenalty: 0.3 },
  summary: { weight: 1.5, usualLength: 10, lengthPenalty: 0.5 },
  details: { weight: 0.5, usualLength: 30, lengthPenalty: 0.5 },
  parameters: { weight: 0.5, usualLength: 8, lengthPenalty: 0.7 },
} as const;

/** How soon the same word again stops counting (BM25's k1). */
const SATURATION = 2;
/** What is said later in a description is seldom what the tool is for. */
const DESCRIPTION_CHARS_MAX = 600;
/** What the compiler says of an answer's members: they name what comes back, not what the tool is for. */
const ANSWER_MEMBERS = /(^| )Returns [^\s,.]+(, [^\s,.]+)*(, …)?\.$/;
const PARAMETERS_MAX = 60;
const QUERY_CHARS_MAX = 500;
const QUERY_TERMS_MAX = 16;
/** What a word that is only like the one in the query counts. */
const LIKENESS = { synonym: 0.6, joined: 0.8, prefix: 0.6, misspelt: 0.7 };
const PREFIXED_MAX = 8;
/** More words with one first letter than any list of tools has. */
const WALKED_MAX = 20_000;
/** Each costs a walk through part of the vocabulary. */
const GUESSED_TERMS_MAX = 5;
const NAMED_EXACTLY = 1_000;
/** What a tool keeps of its score when it reads and a change is asked for, or the other way round, and when it is on its way out. */
const FIT = { otherKind: 0.8, changesUnasked: 0.95, deprecated: 0.8 };

interface Postings {
  documents: number[];
  weights: number[];
  isInNames: boolean;
}

/**
 * Reads the tools once. `pause` is awaited between two of them, so that whoever has an event loop to keep free can. The tools are kept,
 * and what is remembered of their words is small beside them.
 */
export async function buildSearchIndex<T extends SearchedTool>(
  tools: readonly T[],
  pause: () => Promise<void> | undefined = () => undefined,
): Promise<SearchIndex<T>> {
  const postings = new Map<string, Postings>();
  const initials = new Map<string, string[]>();
  const named = new Map<string, number>();
  const tagged = new Map<string, Set<number>>();
  for (const [document, tool] of tools.entries()) {
    const nameTerms = new Set(termsOf(tool.name));
    for (const [term, weight] of weigh(tool)) {
      const known = postings.get(term) ?? { documents: [], weights: [], isInNames: false };
      known.documents.push(document);
      known.weights.push(weight);
      known.isInNames ||= nameTerms.has(term);
      if (!postings.has(term)) {
        const alike = initials.get(term.charAt(0)) ?? [];
        alike.push(term);
        initials.set(term.charAt(0), alike);
      }
      postings.set(term, known);
    }
    const name = squeeze(tool.name);
    if (!named.has(name)) named.set(name, document);
    for (const tag of tool.tags) {
      const documents = tagged.get(squeeze(tag)) ?? new Set();
      tagged.set(squeeze(tag), documents.add(document));
    }
    const turn = pause();
    if (turn) await turn;
  }

  function search({ text, limit, tag }: { text: string; limit: number; tag?: string | undefined }): T[] {
    const within = tag === undefined ? undefined : (tagged.get(squeeze(tag)) ?? new Set<number>());
    const query = text.slice(0, QUERY_CHARS_MAX);
    const terms = queryTerms(query, { postings, initials });
    const scores = score(terms, postings, tools.length, within);
    const intent = intentOf(termsOf(query));
    for (const [document, value] of scores) scores.set(document, value * fitOf(tools[document] as T, intent));
    const exact = named.get(squeeze(query));
    if (exact !== undefined && (!within || within.has(exact)))
      scores.set(exact, (scores.get(exact) ?? 0) + NAMED_EXACTLY);
    // Nothing was asked but the tag.
    const found = within && wordsOf(query).length === 0 ? [...within] : best(scores);
    return found.slice(0, limit).map((document) => tools[document] as T);
  }

  return { search, tags: countTags(tools), hasTag: (tag) => tagged.has(squeeze(tag)) };
}

/** What a description says before it goes into details. */
export function firstSentence(description: string): string {
  return /^.*?(?:[.!?](?=\s|$)|(?=\n)|$)/s.exec(description)?.[0] ?? description;
}

/** Every tag with how many tools have it, the most used first. */
export function countTags(tools: readonly Pick<Tool, "tags">[]): TagCount[] {
  const counts = new Map<string, number>();
  for (const tag of tools.flatMap((tool) => [...new Set(tool.tags)])) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .map(([tag, count]) => ({ tag, tools: count }))
    .sort((a, b) => b.tools - a.tools || (a.tag < b.tag ? -1 : 1));
}

function fitOf(tool: SearchedTool, intent: "read" | "change" | undefined): number {
  const kind = toolKind(tool) === "reading" ? "read" : "change";
  const fit = intent === undefined ? (kind === "read" ? 1 : FIT.changesUnasked) : kind === intent ? 1 : FIT.otherKind;
  return tool.deprecated ? fit * FIT.deprecated : fit;
}

/** What each of a tool's words counts, before it is known how rare it is. */
function weigh({ name, title, description, operation, tags, inputSchema }: SearchedTool): Map<string, number> {
  const parameters = Object.keys((inputSchema.properties ?? {}) as object).slice(0, PARAMETERS_MAX);
  const said = description.replace(ANSWER_MEMBERS, "").slice(0, DESCRIPTION_CHARS_MAX);
  const summary = firstSentence(said);
  const texts = {
    name,
    title: title ?? "",
    path: operation.slice(operation.indexOf(" ") + 1),
    tags: tags.join(" "),
    summary,
    details: said.slice(summary.length),
    parameters: parameters.join(" "),
  };
  const weights = new Map<string, number>();
  for (const [field, { weight, usualLength, lengthPenalty }] of Object.entries(FIELDS)) {
    const terms = termsOf(texts[field as keyof typeof FIELDS]);
    const each = weight / (1 - lengthPenalty + (lengthPenalty * terms.length) / usualLength);
    // Once for each place: "customers/{customer}/customer_id" is not three times about customers.
    for (const term of new Set(terms)) weights.set(term, (weights.get(term) ?? 0) + each);
  }
  return weights;
}

/** All terms: what has them, and those with the same first letter. */
interface Vocabulary {
  postings: ReadonlyMap<string, Postings>;
  initials: ReadonlyMap<string, string[]>;
}

/** One word of the query: the terms that count as it, and how much. */
type Alternatives = Map<string, number>;

/** The query's words as the index knows them. Words that it knows nothing like are left out. */
function queryTerms(text: string, vocabulary: Vocabulary): Alternatives[] {
  const { postings } = vocabulary;
  let guessed = 0;
  const said = termsOf(text);
  const terms = [...new Set(said.length > 0 ? said : wordsOf(text).map(fold))]
    .slice(0, QUERY_TERMS_MAX)
    .flatMap((term) => halvesOf(term, postings) ?? [term]);
  return terms
    .map((term, at) => {
      const alternatives: Alternatives = new Map();
      const add = (other: string, likeness: number) => {
        if (postings.has(other)) alternatives.set(other, Math.max(alternatives.get(other) ?? 0, likeness));
      };
      add(term, 1);
      for (const other of synonymsOf(term)) add(other, LIKENESS.synonym);
      for (const neighbour of [terms[at - 1]?.concat(term), term + (terms[at + 1] ?? "")])
        if (neighbour !== undefined && neighbour !== term) add(fold(neighbour), LIKENESS.joined);
      if (alternatives.size === 0 && ++guessed <= GUESSED_TERMS_MAX)
        for (const [other, likeness] of similar(term, vocabulary)) add(other, likeness);
      return alternatives;
    })
    .filter((alternatives) => alternatives.size > 0);
}

/** "configmap" where names say "ConfigMap". */
function halvesOf(term: string, postings: ReadonlyMap<string, Postings>): [string, string] | undefined {
  if (postings.get(term)?.isInNames) return undefined;
  for (let cut = 3; cut <= term.length - 3; cut++) {
    const first = fold(term.slice(0, cut));
    const second = fold(term.slice(cut));
    if (postings.get(first)?.isInNames && postings.get(second)?.isInNames) return [first, second];
  }
  return undefined;
}

/** Terms that a word which no tool has may stand for: longer ones that start with it, or the word spelt right. */
function similar(term: string, { postings, initials }: Vocabulary): [string, number][] {
  if (term.length < 3) return [];
  const most = term.length < 8 ? 1 : 2;
  const prefixed: string[] = [];
  const misspelt: { known: string; distance: number; uses: number }[] = [];
  // Hardly anybody writes the first letter wrong.
  for (const known of (initials.get(term.charAt(0)) ?? []).slice(0, WALKED_MAX)) {
    const distance = distanceOf(term, known, most);
    if (known.startsWith(term)) prefixed.push(known);
    else if (distance !== undefined)
      misspelt.push({ known, distance, uses: postings.get(known)?.documents.length ?? 0 });
  }
  prefixed.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  // Of the nearest the most used one was meant.
  misspelt.sort((a, b) => a.distance - b.distance || b.uses - a.uses || (a.known < b.known ? -1 : 1));
  return [
    ...misspelt.slice(0, 1).map(({ known }): [string, number] => [known, LIKENESS.misspelt]),
    ...prefixed.slice(0, PREFIXED_MAX).map((known): [string, number] => [known, LIKENESS.prefix]),
  ];
}

/** BM25 over every word, and less for a tool that has only some of them. */
function score(
  terms: readonly Alternatives[],
  postings: ReadonlyMap<string, Postings>,
  toolCount: number,
  within: ReadonlySet<number> | undefined,
): Map<number, number> {
  const total = new Map<number, { score: number; covered: number }>();
  let whole = 0;
  for (const alternatives of terms) {
    const own = new Map<number, { score: number; covered: number }>();
    let importance = 0;
    for (const [term, likeness] of alternatives) {
      const { documents, weights } = postings.get(term) as Postings;
      const rarity = Math.log(1 + (toolCount - documents.length + 0.5) / (documents.length + 0.5)) * likeness;
      importance = Math.max(importance, rarity);
      for (const [at, document] of documents.entries()) {
        if (within && !within.has(document)) continue;
        const weight = weights[at] as number;
        const value = (rarity * weight * (SATURATION + 1)) / (weight + SATURATION);
        if (value > (own.get(document)?.score ?? 0)) own.set(document, { score: value, covered: likeness });
      }
    }
    whole += importance;
    for (const [document, { score, covered }] of own) {
      const sum = total.get(document) ?? { score: 0, covered: 0 };
      total.set(document, { score: sum.score + score, covered: sum.covered + importance * covered });
    }
  }
  return new Map([...total].map(([document, sum]) => [document, (sum.score * sum.covered) / (whole || 1)]));
}

function best(scores: ReadonlyMap<number, number>): number[] {
  return [...scores].sort(([a, x], [b, y]) => y - x || a - b).map(([document]) => document);
}

/** Names and tags are compared without what people and models get wrong in them. */
function squeeze(text: string): string {
  return wordsOf(text).join("");
}
