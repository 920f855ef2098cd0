/** Where in the imported text something stands, as the API says it. */
export interface PositionView {
  line: number;
  column: number;
  file?: string;
  excerpt?: { firstLine: number; lines: string[]; mark: number };
}

/** "line 12, column 5", and of which file. */
export function placeText({ line, column, file }: PositionView): string {
  return `line ${line}, column ${column}${file === undefined ? "" : ` of ${file}`}`;
}

/** The lines around a place, numbered, with a mark below it. */
export function excerptText({ line, excerpt }: PositionView): string {
  if (!excerpt) return "";
  const { firstLine, lines, mark } = excerpt;
  const width = String(firstLine + lines.length - 1).length;
  return lines
    .flatMap((text, at) => {
      const numbered = `${String(firstLine + at).padStart(width)} | ${text}`;
      return firstLine + at === line ? [numbered, `${" ".repeat(width)} | ${" ".repeat(mark)}^`] : [numbered];
    })
    .map((text) => `  ${text}`)
    .join("\n");
}

/** What the details of a refusal quote of the document; empty when they quote nothing. */
export function quotedIn(details: unknown): string {
  const diagnostics = (details as { diagnostics?: { severity?: string; position?: PositionView }[] } | undefined)
    ?.diagnostics;
  if (!Array.isArray(diagnostics)) return "";
  const first = diagnostics.find(({ severity }) => severity === "error") ?? diagnostics[0];
  return first?.position ? excerptText(first.position) : "";
}
