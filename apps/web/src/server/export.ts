import { AppError } from "@portico/services";
import { csvLine } from "./csv.ts";

interface Export<Row> {
  /** What the file is called, without its ending. */
  name: string;
  /** csv or json; one JSON object a line, so that a long export is read as it comes. */
  format: string | null;
  batches: AsyncGenerator<Row[]>;
  headings: string[];
  cells: (row: Row) => string[];
}

/** Rows as a file that is written while they are read, however many they are. */
export async function exportFile<Row>({ name, format, batches, headings, cells }: Export<Row>): Promise<Response> {
  const wanted = format ?? "json";
  if (wanted !== "csv" && wanted !== "json") throw new AppError("invalid_input", "format: use csv or json");
  const isCsv = wanted === "csv";
  const head = isCsv ? csvLine(headings) : "";
  const line = (row: Row) => (isCsv ? csvLine(cells(row)) : `${JSON.stringify(row)}\n`);
  // The first is read before the answer begins: what is refused is refused with a status.
  const first = await batches.next();
  const encoder = new TextEncoder();
  async function* lines(): AsyncGenerator<Uint8Array> {
    yield encoder.encode(head + (first.done ? "" : first.value.map(line).join("")));
    for await (const batch of batches) yield encoder.encode(batch.map(line).join(""));
  }
  const iterator = lines();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson",
      "content-disposition": `attachment; filename="${name}.${isCsv ? "csv" : "ndjson"}"`,
      "cache-control": "no-store",
    },
  });
}
