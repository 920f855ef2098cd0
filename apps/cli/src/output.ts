const CELL_CHARS_MAX = 100;

/** Rows as columns, two spaces apart; a column that is empty in every row takes no room. */
export function table(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => firstLine(String(cell ?? ""))));
  const widths: number[] = [];
  for (const row of cells) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return cells
    .map((row) =>
      row
        .flatMap((cell, at) => (widths[at] ? [cell.padEnd(widths[at])] : []))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Text of others for a terminal: what would move its cursor or change its colours is left out. */
export function visible(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, "");
}

export function count(value: number, noun: string): string {
  return `${value.toLocaleString("en")} ${value === 1 ? noun : `${noun}s`}`;
}

export function firstLine(text: string): string {
  const line = text.split(/\r?\n/)[0] ?? "";
  return line.length > CELL_CHARS_MAX ? `${line.slice(0, CELL_CHARS_MAX - 1)}…` : line;
}

export function milliseconds(ms: number): string {
  return `${Math.round(ms).toLocaleString("en")} ms`;
}

/** A time of the API to the second. */
export function when(time: string): string {
  return `${time.slice(0, 19).replace("T", " ")}Z`;
}

export interface ToolResult {
  content: { type: string; text?: string; mimeType?: string }[];
  structuredContent?: unknown;
  isError?: boolean;
}

/** What a model reads of a result; of pictures and the like what they are. */
export function contentText({ content }: ToolResult): string {
  return content.map(({ type, text, mimeType }) => text ?? `[${type}${mimeType ? ` ${mimeType}` : ""}]`).join("\n");
}
