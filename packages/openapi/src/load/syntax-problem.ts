/** What is wrong with a text and what to do, as a sentence; `offset` is where. */
export interface SyntaxProblem {
  words: string;
  offset?: number;
}

/** By the name of the error that jsonc-parser reports. */
const JSON_WORDS: Record<string, string> = {
  InvalidSymbol: "a word stands here that is no value. Put text in double quotes.",
  InvalidNumberFormat: "this is not written as a number. Correct it, or put it in double quotes.",
  PropertyNameExpected:
    "the name of a field in double quotes is expected here. Remove a comma before a closing brace, or put the name in double quotes.",
  ValueExpected: "a value is expected here. Add it, or remove a comma before a closing bracket.",
  ColonExpected: "a colon is missing between the name of a field and its value. Add it.",
  CommaExpected: "a comma is missing between two fields or items. Add it before this place.",
  CloseBraceExpected: "a brace that was opened is not closed. Add the } that is missing.",
  CloseBracketExpected: "a bracket that was opened is not closed. Add the ] that is missing.",
  EndOfFileExpected:
    "something follows after the end of the document. Remove it, or check the closing braces before it.",
  InvalidCommentToken: "JSON has no comments. Remove this one.",
  UnexpectedEndOfComment: "JSON has no comments. Remove this one.",
  UnexpectedEndOfString: "a text is not closed. Add the double quote that is missing.",
  UnexpectedEndOfNumber: "this is not written as a number. Correct it, or put it in double quotes.",
  InvalidUnicode: "\\u is followed by something else than four hexadecimal digits. Correct it.",
  InvalidEscapeCharacter:
    "a backslash stands before a character that it cannot stand before. Write two backslashes for one.",
  InvalidCharacter:
    "a character that cannot be seen stands here, such as a line break inside of a text. Remove it, or write it as \\n.",
};

/** The first thing that keeps a text from being JSON; nothing when it is JSON, or cannot be followed. */
export async function jsonProblem(text: string): Promise<SyntaxProblem | undefined> {
  const { printParseErrorCode, visit } = await import("jsonc-parser");
  const open: { offset: number; kind: string }[] = [];
  let found: (SyntaxProblem & { offset: number }) | undefined;
  const opened = (kind: string) => (offset: number) => {
    if (!found) open.push({ offset, kind });
  };
  // The end of the text ends everything, too; nothing stands there.
  const closed = (_offset: number, length: number) => {
    if (!found && length > 0) open.pop();
  };
  try {
    visit(
      text,
      {
        onObjectBegin: opened("object"),
        onArrayBegin: opened("list"),
        onObjectEnd: closed,
        onArrayEnd: closed,
        onError: (code, offset) => {
          found ??= { words: JSON_WORDS[printParseErrorCode(code)] ?? "something cannot be read here.", offset };
        },
      },
      { disallowComments: true },
    );
  } catch {
    // Nested deeper than the stack.
    return undefined;
  }
  const innermost = open.at(-1);
  // Narrowed anew: what callbacks assign is not seen.
  const first = found as (SyntaxProblem & { offset: number }) | undefined;
  if (!first || !innermost) return first;
  const end = text.trimEnd().length;
  // A quote that nothing closes up to the end of the last line.
  const isCutText = first.words === JSON_WORDS.UnexpectedEndOfString && text.indexOf("\n", first.offset) < 0;
  if (first.offset < end && !isCutText) return first;
  const line = text.slice(0, innermost.offset).split("\n").length;
  return {
    words: `the text ends here, but the ${innermost.kind} that begins in line ${line} is not closed. Get the whole document again, or close what is open.`,
    offset: end,
  };
}

/** By what js-yaml says. */
const YAML_WORDS: [RegExp, string][] = [
  [/tab characters/, "a tab stands where the line is indented, and YAML takes only spaces. Replace it with spaces."],
  [
    /bad indentation of a mapping entry/,
    "this line is not indented as its neighbours are, or holds a colon or quotes inside of a text. Indent it as they are, or put the text in quotes.",
  ],
  [
    /deficient indentation/,
    "a text, list or object that began before is not closed, or this line is not indented enough. Close it, or indent the line.",
  ],
  [/indentation/, "this line is not indented as what it belongs to. Indent it as its neighbours are."],
  [
    /unexpected end of the stream/,
    "the text ends here, but a text, list or object in it is not closed. Get the whole document again, or close what is open.",
  ],
  [
    /end of the stream or a document separator/,
    "this line belongs to nothing above it. Check how it and the line before it are indented, and that lists and objects before it are closed.",
  ],
  [/expected the node content/, "a value is missing before this comma. Add it, or remove the comma."],
  [/expected ':'/, "a colon is missing after the name of a field. Add it."],
  [/whitespace character is expected after/, "a space is missing after the colon. Add it."],
  [
    /unknown escape sequence/,
    "a backslash stands before a character that it cannot stand before. Write two backslashes for one.",
  ],
  [/non-printable/, "a character that cannot be seen stands here. Remove it."],
  [/missed comma/, "a comma is missing between two items. Add it before this place."],
  [
    /unidentified alias/,
    "it refers (*) to something that nothing in it is named (&). Name it, or write out what is meant.",
  ],
  [
    /multiline key|implicit mapping pair|implicit key|can not read a block mapping entry/,
    "a colon is missing, or a line is indented that should not be. Write “name: value”, indented as its neighbours are.",
  ],
  [/unknown tag|unknown .*tag|cannot resolve .*tag/, "it has a tag (!…) that is not known here. Remove the tag."],
  [/expected a single document/, "a second document begins here (---). Keep one, and import the other by itself."],
  [/reserved/, "a text begins with @ or `, which YAML reserves. Put it in quotes."],
];

/** What js-yaml could not read; nothing for another error. */
export function yamlProblem(error: unknown): SyntaxProblem | undefined {
  const { reason, mark } = error as { reason?: unknown; mark?: { position?: unknown } | null };
  if (typeof reason !== "string") return undefined;
  const words = YAML_WORDS.find(([said]) => said.test(reason))?.[1] ?? `${reason.split("\n")[0]?.slice(0, 160)}.`;
  return { words, ...(typeof mark?.position === "number" ? { offset: mark.position } : {}) };
}
