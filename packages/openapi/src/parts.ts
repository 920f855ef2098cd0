/** Index of a part of the compiler's output: a JSON value that tools share, written once. */
export type Part = number;

export interface Parts {
  /** The part with this JSON text. */
  of(text: string): Part;
}

/** Longer texts are made once by whoever makes them; looking for equal ones would keep all of them in memory. */
const COMPARED_CHARS_MAX = 2_000;

/** Numbers parts in the order in which `write` gets their texts. */
export function createParts(write: (text: string) => void): Parts {
  const indexes = new Map<string, Part>();
  let count = 0;
  return {
    of(text) {
      const isCompared = text.length <= COMPARED_CHARS_MAX;
      const known = isCompared ? indexes.get(text) : undefined;
      if (known !== undefined) return known;
      write(text);
      if (isCompared) indexes.set(text, count);
      return count++;
    },
  };
}
