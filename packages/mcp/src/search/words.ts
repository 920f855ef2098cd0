/** Said in every sentence and of no tool in particular. */
const STOP_WORDS = new Set(
  "a an and are as at be by can do for from has have how i in into is it its me my of on or our please some that the their them these this those to us want was we what which who with you your".split(
    " ",
  ),
);

/** A name or a sentence as lower-case words: split at spaces, punctuation, snake_case and camelCase. */
export function wordsOf(text: string): string[] {
  if (ASCII.test(text))
    return (
      text
        .replace(HUMPS, "$& ")
        .toLowerCase()
        .match(/[a-z0-9]+/g) ?? []
    );
  const words = text
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return (words ?? []).flatMap((word) => (UNSPACED.test(word) ? pairsOf(word) : word));
}

/** Most of all text by far, and twenty times as fast. */
const ASCII = /^[\0-\x7f]*$/;
/** After these letters a new word starts: "list|Pods", "API|Key". */
const HUMPS = /[a-z0-9](?=[A-Z])|[A-Z](?=[A-Z][a-z])/g;

/** Scripts that put no space between words: their words are found by pairs of characters. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

function pairsOf(word: string): string[] {
  const characters = [...word];
  if (characters.length < 3) return [word];
  return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

/** The words that a tool or a query is found by, folded; stop words are left out. */
export function termsOf(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !STOP_WORDS.has(word))
    .map(fold);
}

/** Plurals and the common endings of verbs taken off. What is left need not be a word; it only has to be the same for all forms. */
export function fold(word: string): string {
  if (word.length <= 3 || /\d/.test(word)) return word;
  let stem = word;
  if (/(ies|ied)$/.test(stem) && stem.length > 4) return `${stem.slice(0, -3)}y`;
  if (/(x|ch|sh|ss)es$/.test(stem)) stem = stem.slice(0, -2);
  else if (/[^sui]s$/.test(stem)) stem = stem.slice(0, -1);
  const ending = /(ing|ed|[st]ion)$/.exec(stem)?.[0];
  if (ending) {
    const rest = stem.slice(0, ending.endsWith("ion") ? -3 : -ending.length);
    if (rest.length >= 3 && /[aeiouy]/.test(rest)) stem = rest.replace(/([bdfgmnprt])\1$/, "$1");
  }
  return stem.length > 3 && stem.endsWith("e") ? stem.slice(0, -1) : stem;
}

/**
 * Whether one text becomes the other by at most `most` letters that are missing, too many, wrong, or swapped with their neighbour.
 * Undefined when it takes more.
 */
export function distanceOf(a: string, b: string, most: number): number | undefined {
  if (Math.abs(a.length - b.length) > most) return undefined;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let cost = Math.min(at(last, column) + 1, at(next, column - 1) + 1, at(last, column - 1) + (isSame ? 0 : 1));
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwapped) cost = Math.min(cost, at(before, column - 2) + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return undefined;
    before = last;
    last = next;
  }
  const distance = at(last, b.length);
  return distance <= most ? distance : undefined;
}

function at(row: number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
