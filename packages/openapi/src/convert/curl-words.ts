/** A command line as its words; the comment line above it may say what it does. */
export interface Command {
  words: string[];
  comment?: string;
}

/** Splits what was pasted into commands and words, as the shell that it was written for would. Nothing is expanded or run. */
export function splitCommands(text: string): Command[] {
  const source = text.replace(/\r\n?/g, "\n");
  return isWindows(source) ? splitWindows(source) : splitPosix(source);
}

/** Browsers' "Copy as cURL (cmd)" escapes with carets, or doubles the quotes inside of quotes. */
function isWindows(source: string): boolean {
  return /\^[ \t]{0,20}\n/.test(source) || /\s\^"/.test(source) || /[{,:[]""\w/.test(source);
}

const ESCAPES: Record<string, string> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Words of bash and zsh: quotes in every form, escapes, comments, and the operators that end a command. */
function splitPosix(source: string): Command[] {
  const commands: Command[] = [];
  let words: string[] = [];
  let word: string | undefined;
  let comment: string | undefined;
  let isRedirect = false;
  let at = 0;
  const add = (piece: string) => {
    word = (word ?? "") + piece;
  };
  const endWord = () => {
    if (word !== undefined && !isRedirect) words.push(word);
    if (word !== undefined) isRedirect = false;
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) {
      commands.push({ words, ...(comment ? { comment } : {}) });
      comment = undefined;
    }
    words = [];
    isRedirect = false;
  };
  while (at < source.length) {
    const character = source[at] as string;
    const next = source[at + 1];
    if (character === "\\") {
      if (next !== "\n" && next !== undefined) add(next);
      // A space after the backslash is a slip that breaks the shell; what was meant is clear.
      else if (next === undefined) add("\\");
      at += 2;
      continue;
    }
    if (character === "`" && /^`[ \t]*\n/.test(source.slice(at, at + 8))) {
      at = source.indexOf("\n", at) + 1;
      continue;
    }
    if (character === "'") {
      const end = source.indexOf("'", at + 1);
      add(source.slice(at + 1, end < 0 ? undefined : end));
      at = end < 0 ? source.length : end + 1;
    } else if (character === '"' || (character === "$" && next === '"')) {
      const read = readDouble(source, at + (character === "$" ? 2 : 1));
      add(read.text);
      at = read.end;
    } else if (character === "$" && next === "'") {
      const read = readAnsi(source, at + 2);
      add(read.text);
      at = read.end;
    } else if (character === "#" && word === undefined) {
      const end = source.indexOf("\n", at);
      const line = source
        .slice(at + 1, end < 0 ? undefined : end)
        .replace(/^[#\s]+/, "")
        .trim();
      if (words.length === 0 && line !== "") comment = line;
      at = end < 0 ? source.length : end;
    } else if (character === "\n" || character === ";" || character === "|" || character === "&") {
      // Between quotes an ampersand belongs to the address; outside it ends the command.
      if (
        character === "\n" &&
        words.length === 0 &&
        word === undefined &&
        /^\n[ \t]*\n/.test(source.slice(at, at + 200))
      )
        comment = undefined;
      endCommand();
      at += 1;
    } else if (
      (character === ">" || (character === "<" && !/^<[\w -]+>/.test(source.slice(at, at + 60)))) &&
      (word === undefined || /^\d$/.test(word))
    ) {
      word = undefined;
      endWord();
      isRedirect = true;
      at += source[at + 1] === ">" ? 2 : 1;
    } else if (character === " " || character === "\t") {
      endWord();
      at += 1;
    } else {
      add(character);
      at += 1;
    }
  }
  endCommand();
  return commands;
}

function readDouble(source: string, start: number): { text: string; end: number } {
  let text = "";
  let at = start;
  while (at < source.length && source[at] !== '"') {
    const next = source[at + 1];
    if (source[at] === "\\" && next !== undefined && '"\\$`\n'.includes(next)) {
      if (next !== "\n") text += next;
      at += 2;
    } else {
      text += source[at];
      at += 1;
    }
  }
  return { text, end: at + 1 };
}

/** `$'…'`: the escapes of C. */
function readAnsi(source: string, start: number): { text: string; end: number } {
  let text = "";
  let at = start;
  while (at < source.length && source[at] !== "'") {
    if (source[at] !== "\\") {
      text += source[at];
      at += 1;
      continue;
    }
    const rest = source.slice(at + 1, at + 12);
    const code = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3}))/.exec(rest);
    if (code) {
      const [all, short, long, hex, octal] = code;
      const point = octal ? Number.parseInt(octal, 8) : Number.parseInt(short ?? long ?? hex ?? "0", 16);
      text += point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
      at += 1 + all.length;
    } else {
      const letter = rest[0] ?? "";
      text += ESCAPES[letter] ?? letter;
      at += 2;
    }
  }
  return { text, end: at + 1 };
}

/** Words of cmd.exe: first its carets, then the quotes as programs on Windows read them. */
function splitWindows(source: string): Command[] {
  const lines: string[] = [];
  let line = "";
  let isQuoted = false;
  for (let at = 0; at < source.length; at++) {
    const character = source[at] as string;
    const next = source[at + 1];
    if (character === "^" && !isQuoted) {
      const blank = /^[ \t]*\n/.exec(source.slice(at + 1, at + 40));
      if (blank) {
        at += blank[0].length;
        // A caret before two line ends is how one line end is written.
        if (source[at + 1] === "\n") {
          line += "\n";
          at += 1;
        } else line += " ";
      } else if (next !== undefined) {
        line += next;
        at += 1;
      }
    } else if (character === "\n" && !isQuoted) {
      lines.push(line);
      line = "";
    } else if (character === "&" && !isQuoted) {
      lines.push(line);
      line = "";
    } else {
      if (character === '"' && source[at - 1] !== "\\") isQuoted = !isQuoted;
      line += character;
    }
  }
  lines.push(line);
  return lines.map((one) => ({ words: windowsWords(one) })).filter(({ words }) => words.length > 0);
}

function windowsWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (character === "\\") {
      const slashes = /^\\+/.exec(line.slice(at))?.[0].length ?? 0;
      const isBeforeQuote = line[at + slashes] === '"';
      word = (word ?? "") + "\\".repeat(isBeforeQuote ? Math.floor(slashes / 2) : slashes);
      at += slashes - 1;
      if (isBeforeQuote && slashes % 2 === 1) {
        word += '"';
        at += 1;
      }
    } else if (character === '"') {
      if (isQuoted && line[at + 1] === '"') {
        word = `${word ?? ""}"`;
        at += 1;
      } else {
        isQuoted = !isQuoted;
        word ??= "";
      }
    } else if (/\s/.test(character) && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}
