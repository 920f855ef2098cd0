import { decodeEntities } from "./entities.ts";
import { tokenize } from "./markup.ts";

/** Links make text longer than its page; nothing readable is longer than this. */
const TEXT_CHARS_MAX = 4_000_000;
const HREF_CHARS_MAX = 500;
const ATTRIBUTE_CHARS_MAX = 200;
const INDENT_MAX = 6;
const CELLS_MAX = 50;

const DROPPED = new Set([
  "script",
  "style",
  "template",
  "noscript",
  "svg",
  "iframe",
  "object",
  "canvas",
  "math",
  "xmp",
  "noframes",
  "noembed",
]);
const PARAGRAPHS = new Set([
  "p",
  "div",
  "section",
  "article",
  "main",
  "header",
  "footer",
  "nav",
  "aside",
  "form",
  "fieldset",
  "figure",
  "figcaption",
  "blockquote",
  "address",
  "details",
  "summary",
  "dl",
  "ul",
  "ol",
  "table",
  "body",
  "hgroup",
  "dialog",
]);
const LINES = new Set(["li", "tr", "dt", "dd", "option", "caption", "legend", "thead", "tbody", "tfoot"]);

/**
 * A page as text that reads like its Markdown: headings, lists, links, tables, preformatted text. Scripts, styles and
 * whatever else is not read are left out. Takes time in proportion to its length, whatever the page.
 */
export function htmlToText(html: string, pageUrl: string): string {
  const page = createPage(pageUrl);
  for (const token of tokenize(html, "html")) {
    if (page.isFull()) break;
    if (token.kind === "text") page.text(token.isCdata ? token.text : decodeEntities(token.text, "html"));
    else if (token.kind === "open") page.open(token.name, token.attributes, token.isClosed);
    else if (token.kind === "close") page.close(token.name);
  }
  return page.finish();
}

type Attributes = ReadonlyMap<string, string>;

function createPage(pageUrl: string) {
  const writer = createWriter();
  /** What is not read, while it is open. */
  let dropped: { name: string; depth: number } | undefined;
  let title: string | undefined;
  let isInTitle = false;
  let preDepth = 0;
  const lists: { isOrdered: boolean; count: number }[] = [];
  /** Links that are open, and where in the text they began. */
  const links: { address: string; from: number }[] = [];
  let cells = 0;
  let isHeaderRow = false;

  function text(given: string): void {
    if (dropped) return;
    if (isInTitle) title ??= given.replace(/\s+/g, " ").trim().slice(0, 300);
    else if (preDepth > 0) writer.write(given);
    else writer.words(given);
  }

  /** Blocks stand on lines of their own, but stay beside one another in a row of a table. */
  function block(name: string): void {
    if (!PARAGRAPHS.has(name) && !LINES.has(name)) return;
    if (cells > 0) writer.space();
    else writer.break(PARAGRAPHS.has(name) && lists.length === 0 ? 2 : 1);
  }

  function endRow(): void {
    writer.endMark();
    if (isHeaderRow && cells > 1) {
      writer.break(1);
      writer.write(Array.from({ length: Math.min(cells, CELLS_MAX) }, () => "---").join(" | "));
    }
    cells = 0;
    isHeaderRow = false;
    writer.break(1);
  }

  const heading = (mark: string) => () => {
    writer.break(2);
    writer.mark(`${mark} `);
  };
  const list = (isOrdered: boolean) => () => {
    writer.break(lists.length > 0 ? 1 : 2);
    lists.push({ isOrdered, count: 0 });
  };
  const cell = (isHeader: boolean) => () => {
    isHeaderRow ||= isHeader;
    writer.cell(cells++ > 0 ? " | " : "");
  };
  const field = (attributes: Attributes) => {
    const type = attributes.get("type");
    const value = attributes.get("value") ?? attributes.get("placeholder") ?? "";
    if (value !== "" && type !== "hidden" && type !== "password")
      text(` ${decodeEntities(value, "html").slice(0, ATTRIBUTE_CHARS_MAX)} `);
  };
  const opened: Record<string, (attributes: Attributes) => void> = {
    h1: heading("#"),
    h2: heading("##"),
    h3: heading("###"),
    h4: heading("####"),
    h5: heading("#####"),
    h6: heading("######"),
    ul: list(false),
    ol: list(true),
    td: cell(false),
    th: cell(true),
    input: field,
    textarea: field,
    title() {
      isInTitle = true;
    },
    br: () => writer.breakLine(),
    hr() {
      writer.break(2);
      writer.write("---");
      writer.break(2);
    },
    pre() {
      writer.break(2);
      writer.write("```\n");
      preDepth++;
    },
    li() {
      writer.endMark();
      writer.break(1);
      const inner = lists.at(-1);
      const mark = inner?.isOrdered ? `${++inner.count}. ` : "- ";
      writer.mark(`${"  ".repeat(Math.max(0, Math.min(lists.length, INDENT_MAX) - 1))}${mark}`);
    },
    tr() {
      writer.endMark();
      writer.break(1);
      cells = 0;
      isHeaderRow = false;
    },
    a(attributes) {
      links.push({ address: addressOf(attributes.get("href"), pageUrl), from: writer.position() });
    },
    img(attributes) {
      const alt = decodeEntities(attributes.get("alt") ?? "", "html").trim();
      if (alt !== "") text(`[image: ${alt.slice(0, ATTRIBUTE_CHARS_MAX)}]`);
    },
  };

  const endHeading = () => {
    writer.endMark();
    writer.break(2);
  };
  const endList = () => {
    writer.endMark();
    lists.pop();
    writer.break(lists.length > 0 ? 1 : 2);
  };
  const closed: Record<string, () => void> = {
    h1: endHeading,
    h2: endHeading,
    h3: endHeading,
    h4: endHeading,
    h5: endHeading,
    h6: endHeading,
    ul: endList,
    ol: endList,
    tr: endRow,
    title() {
      isInTitle = false;
    },
    pre() {
      if (preDepth === 0) return;
      preDepth--;
      writer.break(1);
      writer.write("```");
      writer.break(2);
    },
    table() {
      cells = 0;
      writer.break(2);
    },
    a() {
      const link = links.pop();
      if (!link || link.address === "") return;
      const shown = writer.since(link.from);
      // A link around nothing leads nowhere that could be named.
      if (shown !== "" && shown !== link.address) writer.append(` (${link.address})`);
    },
  };

  return {
    text,
    isFull: () => writer.length() > TEXT_CHARS_MAX,
    open(name: string, attributes: Attributes, isClosed: boolean): void {
      if (dropped) {
        if (name === dropped.name && !isClosed) dropped.depth++;
      } else if (DROPPED.has(name)) {
        if (!isClosed) dropped = { name, depth: 1 };
      } else if (Object.hasOwn(opened, name)) opened[name]?.(attributes);
      else block(name);
    },
    close(name: string): void {
      if (dropped) {
        if (name === dropped.name && --dropped.depth === 0) dropped = undefined;
      } else if (Object.hasOwn(closed, name)) closed[name]?.();
      else block(name);
    },
    finish(): string {
      const whole = writer.finish();
      return !title || whole.slice(0, 1_000).includes(title) ? whole : `# ${title}\n\n${whole}`.trim();
    },
  };
}

/** Text as it is put together: line breaks and spaces wait until there is something to stand behind them. */
function createWriter() {
  const out: string[] = [];
  let length = 0;
  let breaks = 0;
  let hasSpace = false;
  /** Nothing was written since the mark of a list item, a heading or a cell, which its text has to follow. */
  let isMarked = false;

  function append(text: string): void {
    out.push(text);
    length += text.length;
  }

  function write(text: string): void {
    if (length > 0 && breaks > 0) append("\n".repeat(breaks));
    else if (hasSpace && length > 0 && !isMarked) append(" ");
    breaks = 0;
    hasSpace = false;
    isMarked = false;
    append(text);
  }

  function breakLines(count: number): void {
    if (isMarked) return;
    breaks = Math.max(breaks, count);
    hasSpace = false;
  }

  return {
    append,
    write,
    words(text: string): void {
      const words = text.replace(/\s+/g, " ");
      if (words.startsWith(" ")) hasSpace = true;
      const trimmed = words.trim();
      if (trimmed === "") return;
      write(trimmed);
      hasSpace = words.endsWith(" ");
    },
    mark(text: string): void {
      write(text);
      isMarked = true;
    },
    cell(separator: string): void {
      hasSpace = false;
      if (separator !== "") {
        breaks = 0;
        write(separator);
      }
      isMarked = true;
    },
    /** The end of what had a mark and no text. */
    endMark(): void {
      isMarked = false;
    },
    space(): void {
      hasSpace = true;
    },
    break: breakLines,
    breakLine: () => breakLines(Math.min(2, breaks + 1)),
    length: () => length,
    position: () => out.length,
    /** The beginning of what was written since a position. */
    since: (position: number) =>
      out
        .slice(position, position + 3)
        .join("")
        .trim(),
    finish: () => out.join("").trim(),
  };
}

/** Where a link leads, as somebody elsewhere can follow it; empty for what is none. */
function addressOf(href: string | undefined, pageUrl: string): string {
  const given = decodeEntities((href ?? "").slice(0, HREF_CHARS_MAX), "html").trim();
  if (given === "" || given.startsWith("#") || !URL.canParse(given, pageUrl)) return "";
  const url = new URL(given, pageUrl);
  const isFollowable = url.protocol === "https:" || url.protocol === "http:" || url.protocol === "mailto:";
  return isFollowable && url.href.length <= HREF_CHARS_MAX ? url.href : "";
}
