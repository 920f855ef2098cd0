/**
 * Control characters (but tab and newline), bidi overrides, zero-width, variation-free invisible and
 * U+E0000 tag characters: they show nothing to a person and can carry instructions to a model.
 */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point.
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]|\u034F/gu;

/** Anything but printable ASCII, tab and newline, which need no cleaning. */
const UNUSUAL = /[^\t\n -~]/;

/** Text as a person sees it: nothing invisible, no lone surrogates, `\n` line ends. */
export function cleanText(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  return text.replace(/\r\n?/g, "\n").toWellFormed().replace(INVISIBLE, "");
}

/** What makes text other than one clean line. Much text of most documents has none of it. */
const UNCLEAN = /[^ -;=-~]| {2}/;
const SPACE = 32;

/** One line of clean text: HTML tags and runs of white space removed. */
export function oneLine(text: string): string {
  const isTrimmed = text.charCodeAt(0) !== SPACE && text.charCodeAt(text.length - 1) !== SPACE;
  if (isTrimmed && !UNCLEAN.test(text)) return text;
  const clean = cleanText(text);
  const plain = clean.includes("<") ? clean.replace(/<\/?[a-z][^<>]{0,200}>/gi, " ") : clean;
  return plain.replace(/\s+/g, " ").trim();
}

/** Cuts at a sentence or word end within the budget and shows that it did. */
export function clip(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const head = text.slice(0, charsMax - 1).replace(/[\uD800-\uDBFF]$/, "");
  const sentence = head.search(/[.!?](?=\s[^.!?]*$)/);
  if (sentence > charsMax * 0.6) return head.slice(0, sentence + 1);
  const space = head.lastIndexOf(" ");
  return `${(space > charsMax * 0.6 ? head.slice(0, space) : head).trimEnd()}…`;
}
