import type { Vault } from "./vault.ts";

const BATCH = 200;

/** A sealed column of a table, for `resealColumn`. */
export interface SealedColumn<Row> {
  /** At most `take` rows behind `after` whose value was not sealed with the current secret, in the order of their ids. */
  find(after: string | undefined, take: number): Promise<Row[]>;
  id(row: Row): string;
  /** The value, and what it is bound to. */
  value(row: Row): { sealed: string; context: string };
  /** Writes the value anew unless it has changed meanwhile. */
  replace(row: Row, sealed: string): Promise<unknown>;
}

/**
 * Seals what an earlier secret sealed with the current one. Each row is a step of its own, so that it may end anywhere and goes on where it
 * was. Says how many were done, and how many no known secret opens; those stay as they are.
 */
export async function resealColumn<Row>(
  vault: Pick<Vault, "open" | "seal">,
  { find, id, value, replace }: SealedColumn<Row>,
): Promise<Resealed> {
  const count = { done: 0, lost: 0 };
  let after: string | undefined;
  for (;;) {
    const rows = await find(after, BATCH);
    for (const row of rows) {
      const { sealed, context } = value(row);
      const plain = attempt(() => vault.open(sealed, context));
      if (plain === undefined) count.lost++;
      else {
        await replace(row, vault.seal(plain, context));
        count.done++;
      }
    }
    const last = rows.at(-1);
    if (rows.length < BATCH || last === undefined) return count;
    after = id(last);
  }
}

export interface Resealed {
  done: number;
  /** Sealed with a secret that is not here any more. */
  lost: number;
}

function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
