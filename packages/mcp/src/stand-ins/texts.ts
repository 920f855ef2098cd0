import type { Resource, ToolResult } from "../contract.ts";
import { buildSearchIndex, type SearchedTool, type SearchIndex } from "../search/search-index.ts";

/** As much as the index reads of one, some 150 tokens. */
const PASSAGE_CHARS_MAX = 600;
/** A passage that is shorter goes on over the next empty line, or the next heading. */
const PASSAGE_CHARS_MIN = 200;
const SECTION_CHARS_MIN = 40;
/** Some 6 MB of text. What comes after is read whole and not searched. */
const INDEXED_MAX = 10_000;
export const PASSAGES_MAX = 10;
export const PASSAGES_DEFAULT = 5;
/** What is read of a text at once, about 5,000 tokens. */
const READ_CHARS_MAX = 20_000;
const LISTED_MAX = 50;
const BUILT_AT_ONCE = 100;

/** A piece of a text, with the fields that a tool is searched by. */
export interface Passage extends SearchedTool {
  uri: string;
  /** The character of the text that it begins at. */
  from: number;
  text: string;
}

type Text = Resource & { text: string };

/** The resources of a version that are texts of its own. */
export function textsOf(resources: readonly Resource[] = []): Text[] {
  return resources.filter((resource): resource is Text => resource.text !== undefined);
}

/** The passages of a text, in its order: paragraphs, the short ones together and the long ones in parts, each under its Markdown heading. */
export function passagesOf(resource: Text): Passage[] {
  const { uri, name, title = name, description, mimeType = "", text } = resource;
  // As long as before, so that places stay where they are.
  const source = /html/.test(mimeType) ? text.replace(/<[^<>]*>/g, (tag) => " ".repeat(tag.length)) : text;
  const passages: Passage[] = [];
  let heading = "";
  let under = "";
  let begin = -1;
  let end = -1;
  const close = () => {
    if (begin < 0) return;
    const piece = source.slice(begin, end).trimEnd();
    passages.push({
      ...{ uri, from: begin, text: piece, operation: `GET ${uri}`, tags: [], inputSchema: {}, deprecated: false },
      name: under || title,
      title: passages.length === 0 && description ? `${title}. ${description}` : title,
      description: piece,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    });
    begin = -1;
  };
  const add = (from: number, to: number) => {
    if (begin >= 0 && to - begin > PASSAGE_CHARS_MAX) close();
    if (begin < 0) {
      begin = from;
      under = heading;
    }
    end = to;
  };
  let at = 0;
  for (const line of source.split("\n")) {
    const start = at + line.length - line.trimStart().length;
    const stop = at + line.trimEnd().length;
    at += line.length + 1;
    if (line.trim() === "") {
      if (begin >= 0 && end - begin >= PASSAGE_CHARS_MIN) close();
      continue;
    }
    const named = /^#{1,6} (.*)$/.exec(line)?.[1]?.trim();
    if (named) {
      if (begin >= 0 && end - begin >= SECTION_CHARS_MIN) close();
      heading = named.slice(0, 200);
    }
    for (let from = start; from < stop; ) {
      const to = cutOf(source, from, stop);
      add(from, to);
      from = to;
    }
  }
  close();
  return passages;
}

/** Where a line is cut that is longer than a passage: behind a space, if there is one late enough. */
function cutOf(source: string, from: number, stop: number): number {
  const most = from + PASSAGE_CHARS_MAX;
  if (stop <= most) return stop;
  const space = source.slice(from, most).lastIndexOf(" ");
  return space > PASSAGE_CHARS_MAX / 2 ? from + space + 1 : most;
}

const indexes = new WeakMap<Text, Promise<SearchIndex<Passage>>>();

/** Built when it is first searched, and kept as long as the version is: all views of one have the same texts. */
function indexOf(first: Text, texts: readonly Text[]): Promise<SearchIndex<Passage>> {
  let index = indexes.get(first);
  if (!index) {
    index = buildIndex(texts);
    indexes.set(first, index);
  }
  return index;
}

async function buildIndex(texts: readonly Text[]): Promise<SearchIndex<Passage>> {
  const turn = () => new Promise<void>(setImmediate);
  const passages: Passage[] = [];
  for (const text of texts) {
    if (passages.length >= INDEXED_MAX) break;
    passages.push(...passagesOf(text).slice(0, INDEXED_MAX - passages.length));
    await turn();
  }
  let built = 0;
  return buildSearchIndex(passages, () => (++built % BUILT_AT_ONCE === 0 ? turn() : undefined));
}

/** The passages of a version's texts that a question is best answered by, or a part of one of the texts. */
export async function searchTexts(
  resources: readonly Resource[] = [],
  { query, limit, uri, from }: Record<string, unknown>,
): Promise<ToolResult> {
  const texts = textsOf(resources);
  if (typeof uri === "string" && uri !== "") return readText(texts, uri, Number(from ?? 0));
  if (typeof query !== "string" || query.trim() === "")
    return failed("Say what is looked for with query, or which text is to be read with uri.");
  const most = Math.min(Math.max(1, Number(limit ?? PASSAGES_DEFAULT)), PASSAGES_MAX);
  const [first] = texts;
  const found = first ? (await indexOf(first, texts)).search({ text: query, limit: most }) : [];
  if (found.length === 0)
    return answer(
      `No passage is about ${JSON.stringify(query.slice(0, 200))}. Try other words, or read one of:\n${listOf(texts)}`,
    );
  return answer(...found.map(toText), "To read what is around a passage, call this again with its uri and from.");
}

function toText({ uri, from, name, title = name, text }: Passage): string {
  return `${name === title ? title : `${title}: ${name}`}\n(uri: ${uri}, from: ${from})\n\n${text}`;
}

function readText(texts: readonly Text[], uri: string, begin: number): ToolResult {
  const found = texts.find((text) => text.uri === uri);
  if (!found) return failed(`There is no text at ${JSON.stringify(uri.slice(0, 200))}. There are:\n${listOf(texts)}`);
  const { text } = found;
  // What a client was shown of the schema may not have had the limits.
  const from = Math.min(Math.max(0, begin), text.length);
  const end = Math.min(text.length, from + READ_CHARS_MAX);
  const rest = end < text.length ? ` Go on with from: ${end}.` : " This is the end.";
  return answer(text.slice(from, end).toWellFormed(), `Characters ${from} to ${end} of ${text.length}.${rest}`);
}

function listOf(texts: readonly Text[]): string {
  const shown = texts.slice(0, LISTED_MAX).map(({ uri, name, title = name }) => `${title} (uri: ${uri})`);
  return [...shown, ...(texts.length > shown.length ? [`and ${texts.length - shown.length} more`] : [])].join("\n");
}

function answer(...texts: string[]): ToolResult {
  return { content: texts.map((text) => ({ type: "text", text })) };
}

function failed(text: string): ToolResult {
  return { ...answer(text), isError: true };
}
