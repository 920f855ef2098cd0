import { decodeEntities } from "./entities.ts";
import { tokenize } from "./markup.ts";

/** Links make text longer than its page; nothing readable is longer than this. */
const TEXT_CHARS_MAX = 4_000_000;
const HREF_CHARS_MAX = 500;
const INDENT_MAX = 6;

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
  const page = new Page(pageUrl);
  for (const token of tokenize(html, "html")) {
    if (page.isFull) break;
    if (token.kind === "text") page.text(token.isCdata ? token.text : decodeEntities(token.text, "html"));
    else if (token.kind === "open") page.open(token.name, token.attributes, token.isClosed);
    else if (token.kind === "close") page.close(token.name);
  }
  return page.finish();
}

/** What the walk has to remember. */
class Page {
  readonly #pageUrl: string;
  readonly #out: string[] = [];
  #length = 0;
  /** Line breaks that come before whatever is next. */
  #breaks = 0;
  #hasSpace = false;
  #dropped: string | undefined;
  #droppedDepth = 0;
  #preDepth = 0;
  readonly #lists: { isOrdered: boolean; count: number }[] = [];
  /** Links that are open, and where in the text they began. */
  readonly #links: { address: string; from: number }[] = [];
  /** Nothing was written since the mark of a list item or a heading, which its text has to follow. */
  #isMarked = false;
  #cells = 0;
  #isHeaderRow = false;
  #title: string | undefined;
  #isInTitle = false;

  constructor(pageUrl: string) {
    this.#pageUrl = pageUrl;
  }

  get isFull(): boolean {
    return this.#length > TEXT_CHARS_MAX;
  }

  text(text: string): void {
    if (this.#dropped !== undefined) return;
    if (this.#isInTitle) {
      this.#title ??= text.replace(/\s+/g, " ").trim().slice(0, 300);
      return;
    }
    if (this.#preDepth > 0) {
      this.#write(text);
      return;
    }
    const words = text.replace(/\s+/g, " ");
    if (words === " " || words === "") {
      this.#hasSpace ||= words !== "";
      return;
    }
    if (words.startsWith(" ")) this.#hasSpace = true;
    this.#write(words.trim());
    this.#hasSpace = words.endsWith(" ");
  }

  open(name: string, attributes: Map<string, string>, isClosed: boolean): void {
    if (this.#dropped !== undefined) {
      if (name === this.#dropped && !isClosed) this.#droppedDepth++;
      return;
    }
    if (DROPPED.has(name)) {
      if (isClosed) return;
      this.#dropped = name;
      this.#droppedDepth = 1;
      return;
    }
    const level = headingLevel(name);
    if (level > 0) {
      this.#break(2);
      this.#write(`${"#".repeat(level)} `);
      this.#isMarked = true;
    } else if (name === "title") this.#isInTitle = true;
    else if (name === "br") this.#break(Math.min(2, this.#breaks + 1));
    else if (name === "hr") {
      this.#break(2);
      this.#write("---");
      this.#break(2);
    } else if (name === "pre") {
      this.#break(2);
      this.#write("```\n");
      this.#preDepth++;
    } else if (name === "ul" || name === "ol") {
      this.#break(this.#lists.length > 0 ? 1 : 2);
      this.#lists.push({ isOrdered: name === "ol", count: 0 });
    } else if (name === "li") this.#item();
    else if (name === "tr") {
      this.#break(1);
      this.#cells = 0;
      this.#isHeaderRow = false;
    } else if (name === "td" || name === "th") {
      if (name === "th") this.#isHeaderRow = true;
      this.#breaks = this.#cells > 0 ? 0 : this.#breaks;
      this.#hasSpace = false;
      if (this.#cells++ > 0) this.#write(" | ");
      this.#isMarked = true;
    } else if (name === "a")
      this.#links.push({ address: this.#address(attributes.get("href")), from: this.#out.length });
    else if (name === "img") {
      const alt = decodeEntities(attributes.get("alt") ?? "", "html").trim();
      if (alt !== "") this.text(`[image: ${alt.slice(0, 200)}]`);
    } else if (name === "input" || name === "textarea") {
      const value = attributes.get("value") ?? attributes.get("placeholder") ?? "";
      if (value !== "" && attributes.get("type") !== "hidden" && attributes.get("type") !== "password")
        this.text(` ${decodeEntities(value, "html").slice(0, 200)} `);
    } else this.#block(name);
  }

  close(name: string): void {
    if (this.#dropped !== undefined) {
      if (name === this.#dropped && --this.#droppedDepth === 0) this.#dropped = undefined;
      return;
    }
    if (name === "title") this.#isInTitle = false;
    else if (name === "pre" && this.#preDepth > 0) {
      this.#preDepth--;
      this.#break(1);
      this.#write("```");
      this.#break(2);
    } else if (name === "ul" || name === "ol") {
      this.#endMark();
      this.#lists.pop();
      this.#break(this.#lists.length > 0 ? 1 : 2);
    } else if (name === "a") {
      const link = this.#links.pop();
      const shown = link
        ? this.#out
            .slice(link.from, link.from + 3)
            .join("")
            .trim()
        : "";
      if (link && link.address !== "" && shown !== "" && shown !== link.address) this.#push(` (${link.address})`);
    } else if (name === "tr") {
      this.#endMark();
      if (this.#isHeaderRow && this.#cells > 1) {
        this.#break(1);
        this.#write(Array.from({ length: Math.min(this.#cells, 50) }, () => "---").join(" | "));
      }
      this.#cells = 0;
      this.#isHeaderRow = false;
      this.#break(1);
    } else if (name === "table") {
      this.#cells = 0;
      this.#break(2);
    } else if (headingLevel(name) > 0) {
      this.#endMark();
      this.#break(2);
    } else this.#block(name);
  }

  finish(): string {
    const text = this.#out.join("").trim();
    const title = this.#title ?? "";
    return title === "" || text.slice(0, 1_000).includes(title) ? text : `# ${title}\n\n${text}`.trim();
  }

  #item(): void {
    this.#endMark();
    this.#break(1);
    const list = this.#lists.at(-1);
    const mark = list?.isOrdered ? `${++list.count}. ` : "- ";
    this.#write(`${"  ".repeat(Math.max(0, Math.min(this.#lists.length, INDENT_MAX) - 1))}${mark}`);
    this.#isMarked = true;
  }

  /** The end of what had a mark and no text. */
  #endMark(): void {
    this.#isMarked = false;
  }

  /** Blocks stand on lines of their own, but stay beside one another in a row of a table. */
  #block(name: string): void {
    if (!PARAGRAPHS.has(name) && !LINES.has(name)) return;
    if (this.#cells > 0 && name !== "li") this.#hasSpace = true;
    else this.#break(PARAGRAPHS.has(name) && this.#lists.length === 0 ? 2 : 1);
  }

  #break(count: number): void {
    if (this.#isMarked) return;
    this.#breaks = Math.max(this.#breaks, count);
    this.#hasSpace = false;
  }

  #write(text: string): void {
    if (this.#length > 0 && this.#breaks > 0) this.#push("\n".repeat(this.#breaks));
    else if (this.#hasSpace && this.#length > 0 && !this.#isMarked) this.#push(" ");
    this.#breaks = 0;
    this.#hasSpace = false;
    this.#isMarked = false;
    this.#push(text);
  }

  #push(text: string): void {
    this.#out.push(text);
    this.#length += text.length;
  }

  /** Where a link leads, as somebody elsewhere can follow it; empty for what is none. */
  #address(href: string | undefined): string {
    const given = decodeEntities((href ?? "").slice(0, HREF_CHARS_MAX), "html").trim();
    if (given === "" || given.startsWith("#")) return "";
    if (!URL.canParse(given, this.#pageUrl)) return "";
    const url = new URL(given, this.#pageUrl);
    const isFollowable = url.protocol === "https:" || url.protocol === "http:" || url.protocol === "mailto:";
    return isFollowable && url.href.length <= HREF_CHARS_MAX ? url.href : "";
  }
}

function headingLevel(name: string): number {
  return name.length === 2 && name[0] === "h" && name >= "h1" && name <= "h6" ? Number(name[1]) : 0;
}
