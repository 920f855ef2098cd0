import { RE2JS } from "re2js";

interface Matcher {
  test(text: string): boolean;
  toString(): string;
}

/** Work per match grows with the length of the text; no real value that a pattern describes is longer. */
const TEXT_CHARS_MAX = 100_000;

/**
 * Patterns of a document in linear time (RE2), whatever they and the text are. What RE2 cannot express
 * (look-around, back-references) accepts everything: the API itself still checks.
 */
function createMatcher(pattern: string, flags: string): Matcher {
  const matches = compile(pattern);
  return {
    test: (text) => text.length > TEXT_CHARS_MAX || matches(text),
    // Ajv keeps one copy of each pattern by this string; it must differ from pattern to pattern.
    toString: () => `/${pattern}/${flags}`,
  };
}

function compile(pattern: string): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return (text) => compiled.test(text);
  } catch {
    return () => true;
  }
}

/** For Ajv's `code.regExp`. */
export const linearRegExp = Object.assign(createMatcher, { code: "linearRegExp" });
