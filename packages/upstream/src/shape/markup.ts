export type Token =
  | { kind: "text"; text: string; isCdata?: true }
  | { kind: "open"; name: string; attributes: Map<string, string>; isClosed: boolean }
  | { kind: "close"; name: string }
  | { kind: "broken" };

const ATTRIBUTES_MAX = 200;
/** Elements of HTML whose content is not markup (HTML, 13.1.2). */
const RAW = new Set(["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]);

const NAME_START = /[A-Za-z_:\u0080-\uffff]/;
const SPACE = /\s/;

/**
 * The tags and texts of HTML or XML, one after the other. Every character is looked at a fixed number of times, whatever
 * the text; what is opened and never closed ends the walk. Comments, processing instructions and document types are
 * passed over, with all that they declare. Character references are left as they are.
 */
export function* tokenize(text: string, language: "html" | "xml"): Generator<Token> {
  const isHtml = language === "html";
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf("<", at);
    if (start < 0) {
      yield { kind: "text", text: text.slice(at) };
      return;
    }
    if (start > at) yield { kind: "text", text: text.slice(at, start) };
    const next = text[start + 1] ?? "";
    if (next === "!" || next === "?") {
      const skipped = skipDeclaration(text, start, isHtml);
      if (skipped.cdata !== undefined) yield { kind: "text", text: skipped.cdata, isCdata: true };
      if (skipped.end < 0) {
        if (!isHtml) yield { kind: "broken" };
        return;
      }
      at = skipped.end;
    } else if (next === "/") {
      const end = text.indexOf(">", start + 2);
      if (end < 0) {
        if (!isHtml) yield { kind: "broken" };
        return;
      }
      const name = text.slice(start + 2, Math.min(end, start + 202)).trim();
      yield { kind: "close", name: isHtml ? (name.split(SPACE)[0] ?? "").toLowerCase() : name };
      at = end + 1;
    } else if (NAME_START.test(next)) {
      const tag = readTag(text, start + 1, isHtml);
      if (tag === undefined) {
        if (!isHtml) yield { kind: "broken" };
        return;
      }
      yield tag.token;
      at = tag.end;
      if (isHtml && RAW.has(tag.token.name)) {
        const closing = new RegExp(`</${tag.token.name}(?=[\\s/>])`, "gi");
        closing.lastIndex = at;
        const end = closing.exec(text)?.index ?? text.length;
        if (end > at) yield { kind: "text", text: text.slice(at, end) };
        at = end;
      }
    } else {
      if (!isHtml) yield { kind: "broken" };
      yield { kind: "text", text: "<" };
      at = start + 1;
    }
  }
}

function skipDeclaration(text: string, start: number, isHtml: boolean): { end: number; cdata?: string } {
  if (text.startsWith("<!--", start)) return { end: after(text, "-->", start + 4) };
  if (text.startsWith("<![CDATA[", start)) {
    const end = text.indexOf("]]>", start + 9);
    return end < 0 ? { end } : { end: end + 3, cdata: text.slice(start + 9, end) };
  }
  if (text[start + 1] === "?" && !isHtml) return { end: after(text, "?>", start + 2) };
  if (isHtml) return { end: after(text, ">", start + 2) };
  return { end: skipDoctype(text, start + 2) };
}

/** To the end of a document type, over the declarations inside its brackets. */
function skipDoctype(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"' || char === "'") {
      at = text.indexOf(char, at + 1);
      if (at < 0) return -1;
    } else if (char === "[" || char === "<") depth++;
    else if (char === "]") depth--;
    else if (char === ">") {
      if (depth === 0) return at + 1;
      depth--;
    }
  }
  return -1;
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? -1 : found + mark.length;
}

function readTag(text: string, from: number, isHtml: boolean) {
  let at = from;
  while (at < text.length && !/[\s/>]/.test(text[at] as string)) at++;
  const name = text.slice(from, at);
  const attributes = new Map<string, string>();
  let isClosed = false;
  for (;;) {
    while (at < text.length && SPACE.test(text[at] as string)) at++;
    if (at >= text.length) return undefined;
    const char = text[at];
    if (char === ">") break;
    if (char === "/") {
      isClosed = text[at + 1] === ">";
      at++;
      continue;
    }
    const nameStart = at;
    // A tag may begin its attribute with "=", and must not stay there for ever.
    do at++;
    while (at < text.length && !/[\s/>=]/.test(text[at] as string));
    const attribute = text.slice(nameStart, at);
    while (at < text.length && SPACE.test(text[at] as string)) at++;
    let value = "";
    if (text[at] === "=") {
      at++;
      while (at < text.length && SPACE.test(text[at] as string)) at++;
      const quote = text[at];
      if (quote === '"' || quote === "'") {
        const end = text.indexOf(quote, at + 1);
        if (end < 0) return undefined;
        value = text.slice(at + 1, end);
        at = end + 1;
      } else {
        const valueStart = at;
        while (at < text.length && !/[\s>]/.test(text[at] as string)) at++;
        value = text.slice(valueStart, at);
      }
    }
    const key = isHtml ? attribute.toLowerCase() : attribute;
    if (attributes.size < ATTRIBUTES_MAX && !attributes.has(key)) attributes.set(key, value);
  }
  const token = { kind: "open" as const, name: isHtml ? name.toLowerCase() : name, attributes, isClosed };
  return { token, end: at + 1 };
}
