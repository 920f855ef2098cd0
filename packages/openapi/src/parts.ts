/** Index of a part of the compiler's output: a JSON value that tools share, written once. */
export type Part = number;

export interface Parts {
  /** The part with this JSON text. */
  of(text: string): Part;
  texts: readonly string[];
}

export function createParts(): Parts {
  const texts: string[] = [];
  const indexes = new Map<string, Part>();
  return {
    texts,
    of(text) {
      let index = indexes.get(text);
      if (index === undefined) {
        index = texts.push(text) - 1;
        indexes.set(text, index);
      }
      return index;
    },
  };
}
