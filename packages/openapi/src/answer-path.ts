/** Stands in a path for every item of a list. */
export const EACH = null;

/** The way to a field of an answer: names, and EACH where a list's items are meant. */
export type AnswerPath = (string | typeof EACH)[];

/** Names that need no quotes. */
const PLAIN = /^[^\s."[\]\\]+$/;

/**
 * Reads a path as people write it: `data[].owner.login`, `[].id` where the answer is a list itself, and `"a.b".c` for names that hold
 * what separates names. Undefined when it is none.
 */
export function parseAnswerPath(text: string): AnswerPath | undefined {
  const path: AnswerPath = [];
  let at = 0;
  while (at < text.length) {
    if (text.startsWith("[]", at)) {
      path.push(EACH);
      at += 2;
    } else {
      const isFirst = path.length === 0;
      if (!isFirst && text[at] !== ".") return undefined;
      if (!isFirst) at++;
      const [whole, quoted] = /^(?:("(?:[^"\\]|\\.)*")|[^\s."[\]\\]+)/.exec(text.slice(at)) ?? [];
      if (whole === undefined) return undefined;
      const name = quoted === undefined ? whole : unquote(quoted);
      if (name === undefined) return undefined;
      path.push(name);
      at += whole.length;
    }
  }
  return path.length > 0 ? path : undefined;
}

/** A path as `parseAnswerPath` reads it. */
export function formatAnswerPath(path: AnswerPath): string {
  return path
    .map((part, index) => {
      if (part === EACH) return "[]";
      const name = PLAIN.test(part) ? part : JSON.stringify(part);
      return index === 0 ? name : `.${name}`;
    })
    .join("");
}

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}
