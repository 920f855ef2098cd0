import type { KnownClient } from "@portico/mcp";

/** Characters that some clients take at most. */
export interface CharsLimit {
  max: number;
  clients: string[];
}

/** What clients take of the texts of tools. */
export interface TextLimits {
  /** The tightest first. */
  names: CharsLimit[];
  descriptions: {
    /** No tool has a longer one: a document's is cut to it, and an edit is refused. */
    max: number;
    /** Clients that take less. */
    tooLongFor: CharsLimit[];
  };
}

type Limits = Pick<KnownClient, "label" | "nameCharsMax" | "descriptionCharsMax">;

/** The limits of the known clients, those with the same one together. */
export function textLimits(clients: readonly Limits[], descriptionCharsMax: number): TextLimits {
  const limitsOf = (key: "nameCharsMax" | "descriptionCharsMax"): CharsLimit[] =>
    [...Map.groupBy(clients, (client) => client[key])]
      .flatMap(([max, some]) => (max === undefined ? [] : [{ max, clients: some.map(({ label }) => label) }]))
      .sort((a, b) => a.max - b.max);
  return {
    names: limitsOf("nameCharsMax"),
    descriptions: {
      max: descriptionCharsMax,
      tooLongFor: limitsOf("descriptionCharsMax").filter(({ max }) => max < descriptionCharsMax),
    },
  };
}

/** The limits that some of the names are over, and how many names are. */
export function tooLong(names: readonly string[], limits: readonly CharsLimit[]): (CharsLimit & { names: number })[] {
  return limits.flatMap((limit) => {
    const over = names.filter((name) => name.length > limit.max).length;
    return over > 0 ? [{ ...limit, names: over }] : [];
  });
}
