/** What somebody typed to be imported: a link or a text. */
export interface TypedImport {
  mode: "link" | "text";
  url: string;
  text: string;
}

let kept: TypedImport | undefined;

/**
 * What was typed last, until it was imported: whoever comes back from an import that failed goes on with it. It is in this page's memory alone,
 * since it may hold tokens (`curl`).
 */
export const typedImport = {
  get: () => kept,
  keep(typed: TypedImport): void {
    kept = typed;
  },
  forget(): void {
    kept = undefined;
  },
};
