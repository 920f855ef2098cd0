import type { Event } from "js-yaml";
import { cleanText } from "../transform/text.ts";
import type { Diagnostic, Excerpt, Position, SourceText } from "../types.ts";

/** Positions that also show the lines around them: a person looks at the first ones. */
const EXCERPTS_MAX = 50;
const LINES_BEFORE = 2;
const LINES_AFTER = 1;
const LINE_CHARS_MAX = 160;
/** Of a longer line, what stands before the place. */
const LEAD_CHARS = 60;
/** Deeper than any document that is read (`LOAD_LIMITS.depthMax`). */
const DEPTH_MAX = 200;
const SINGLE_QUOTED = 2;
const DOUBLE_QUOTED = 3;

/** A place that somebody asks for, and what they ask for below it. */
interface Wanted {
  below: Map<string, Wanted>;
  offset?: number;
}

/**
 * Where the places that JSON pointers name stand in the text of a document, JSON or YAML; what is not there itself is found at what it would
 * be part of. One pass over the text, however many are asked for. Nothing is said of the document as a whole, nor of a text that cannot
 * be followed.
 */
export async function findPositions(
  { text, file }: SourceText,
  pointers: Iterable<string>,
): Promise<Map<string, Position>> {
  const root: Wanted = { below: new Map() };
  const paths = new Map<string, Wanted[]>();
  for (const pointer of pointers) if (pointer.startsWith("/")) paths.set(pointer, want(root, segmentsOf(pointer)));
  if (paths.size === 0) return new Map();
  const { getScalarValue, parseEvents } = await import("js-yaml");
  try {
    markOffsets(root, text, parseEvents(text, { maxDepth: DEPTH_MAX }), getScalarValue);
  } catch {
    // A bracket that YAML wants indented, which importing forgives: lines stay the same when it is.
    try {
      const forgiven = indentBrackets(text);
      markOffsets(root, forgiven, parseEvents(forgiven, { maxDepth: DEPTH_MAX }), getScalarValue);
      return positionsOf(forgiven, file, paths);
    } catch {
      return new Map();
    }
  }
  return positionsOf(text, file, paths);
}

/** The diagnostics with the positions of their places. Those that have one keep it. */
export async function withPositions(
  diagnostics: readonly Diagnostic[],
  source: SourceText | undefined,
): Promise<Diagnostic[]> {
  if (source === undefined) return [...diagnostics];
  const asked = diagnostics.filter(({ position }) => position === undefined).map(({ pointer }) => pointer);
  const positions = await findPositions(source, asked);
  return diagnostics.map((diagnostic) => {
    const position = diagnostic.position ?? positions.get(diagnostic.pointer);
    return position ? { ...diagnostic, position } : diagnostic;
  });
}

/** Where the places of diagnostics stand, by pointer, as plain data beside them; and which file that is. */
export async function locate(
  diagnostics: readonly Diagnostic[],
  source: SourceText | undefined,
): Promise<{ file?: string; at: Record<string, Position> }> {
  if (source === undefined) return { at: {} };
  const at = await findPositions(
    source,
    diagnostics.map(({ pointer }) => pointer),
  );
  return { ...(source.file === undefined ? {} : { file: source.file }), at: Object.fromEntries(at) };
}

/** The position of a place in a text, with the lines around it. */
export function positionAt({ text, file }: SourceText, offset: number): Position {
  const at = Math.max(0, Math.min(offset, text.length));
  const before = text.slice(0, at);
  let line = 1;
  for (let next = before.indexOf("\n"); next >= 0; next = before.indexOf("\n", next + 1)) line++;
  return positionOn(text, file, at, line, true);
}

/** "line 12, column 5", and of which file where it is not the only one. */
export function positionText({ line, column, file }: Position): string {
  return `line ${line}, column ${column}${file === undefined ? "" : ` of ${file}`}`;
}

/** A bracket that closes at the very beginning of a line: YAML wants it indented, most of its parsers do not. */
const OUTDENTED_BRACKET = /^([}\]])/gm;

export function hasOutdentedBracket(text: string): boolean {
  return text.search(OUTDENTED_BRACKET) >= 0;
}

export function indentBrackets(text: string): string {
  return text.replace(OUTDENTED_BRACKET, " $1");
}

function segmentsOf(pointer: string): string[] {
  return pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The places on the way to one, the outermost first. */
function want(root: Wanted, segments: string[]): Wanted[] {
  const way: Wanted[] = [];
  let current = root;
  for (const segment of segments) {
    let next = current.below.get(segment);
    if (next === undefined) {
      next = { below: new Map() };
      current.below.set(segment, next);
    }
    way.push(next);
    current = next;
  }
  return way;
}

interface Open {
  /** What is asked for of this object or list; nothing when the walk has left every path. */
  wanted: Wanted | undefined;
  isObject: boolean;
  /** Of an object: what comes next is a key. */
  isKeyNext: boolean;
  index: number;
  /** Of an object: what the value that comes next was asked as. */
  entry: Wanted | undefined;
}

/** Notes where the wanted places stand. Of a key that is there twice the last one counts, as it does when the document is read. */
function markOffsets(
  root: Wanted,
  text: string,
  events: readonly Event[],
  scalarValue: (text: string, event: Event & { type: 4 }) => string,
): void {
  const open: Open[] = [];
  const closed = () => {
    const parent = open.at(-1);
    if (parent?.isObject) parent.isKeyNext = !parent.isKeyNext;
  };
  for (const event of events) {
    if (event.type === 1) continue;
    if (event.type === 6) {
      open.pop();
      closed();
      continue;
    }
    const parent = open.at(-1);
    const isKey = parent?.isObject === true && parent.isKeyNext;
    let wanted: Wanted | undefined = parent === undefined ? root : undefined;
    if (parent && isKey) {
      parent.entry =
        event.type === 4 && parent.wanted && parent.wanted.below.size > 0
          ? parent.wanted.below.get(scalarValue(text, event))
          : undefined;
      if (parent.entry && event.type === 4) parent.entry.offset = scalarStart(event);
    } else if (parent?.isObject) wanted = parent.entry;
    else if (parent) {
      wanted = parent.wanted?.below.get(String(parent.index));
      parent.index++;
      if (wanted)
        wanted.offset = event.type === 4 ? scalarStart(event) : event.type === 5 ? event.anchorStart : event.start;
    }
    if (event.type === 2 || event.type === 3)
      open.push({
        wanted: isKey ? undefined : wanted,
        isObject: event.type === 3,
        isKeyNext: true,
        index: 0,
        entry: undefined,
      });
    else closed();
  }
}

function scalarStart({ valueStart, style }: Event & { type: 4 }): number {
  return style === SINGLE_QUOTED || style === DOUBLE_QUOTED ? valueStart - 1 : valueStart;
}

function positionsOf(text: string, file: string | undefined, paths: Map<string, Wanted[]>): Map<string, Position> {
  const found = [...paths].flatMap(([pointer, way]) => {
    const offset = way.findLast((place) => place.offset !== undefined)?.offset;
    return offset === undefined ? [] : [{ pointer, offset }];
  });
  const shown = new Set(found.slice(0, EXCERPTS_MAX).map(({ pointer }) => pointer));
  const positions = new Map<string, Position>();
  let line = 1;
  let counted = 0;
  for (const { pointer, offset } of found.toSorted((one, other) => one.offset - other.offset)) {
    for (let next = text.indexOf("\n", counted); next >= 0 && next < offset; next = text.indexOf("\n", counted)) {
      line++;
      counted = next + 1;
    }
    positions.set(pointer, positionOn(text, file, offset, line, shown.has(pointer)));
  }
  return positions;
}

function positionOn(text: string, file: string | undefined, offset: number, line: number, isShown: boolean): Position {
  const start = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  return {
    line,
    column: offset - start + 1,
    ...(file === undefined ? {} : { file }),
    ...(isShown ? { excerpt: excerptOf(text, start, offset, line) } : {}),
  };
}

/** The line of a place with its neighbours, each cut to what fits on a screen. */
function excerptOf(text: string, start: number, offset: number, line: number): Excerpt {
  const from = Math.max(0, offset - start - LEAD_CHARS) > LEAD_CHARS ? offset - LEAD_CHARS : start;
  const lead = from > start ? "…" : "";
  const head = `${lead}${shownText(text.slice(from, offset))}`;
  const marked = `${head}${shownText(text.slice(offset, Math.min(endOfLine(text, offset), from + LINE_CHARS_MAX)))}`;
  const lines = [marked];
  let firstLine = line;
  let begin = start;
  for (let count = 0; count < LINES_BEFORE && begin > 0; count++) {
    const previous = begin < 2 ? 0 : text.lastIndexOf("\n", begin - 2) + 1;
    lines.unshift(lineAt(text, previous, begin - 1));
    begin = previous;
    firstLine--;
  }
  let end = endOfLine(text, offset);
  for (let count = 0; count < LINES_AFTER && end < text.length - 1; count++) {
    const next = endOfLine(text, end + 1);
    lines.push(lineAt(text, end + 1, next));
    end = next;
  }
  return { firstLine, lines, mark: head.length };
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

function lineAt(text: string, start: number, end: number): string {
  return `${shownText(text.slice(start, Math.min(end, start + LINE_CHARS_MAX)))}${end - start > LINE_CHARS_MAX ? "…" : ""}`;
}

/** As it can be stored and looked at. A tab is seen: it may be what is wrong. */
function shownText(text: string): string {
  return cleanText(text.replace(/\r$/, "").replaceAll("\t", "→ ").replaceAll("\u0000", "\ufffd"))
    .replaceAll("\n", " ")
    .toWellFormed();
}
