import { AppError, type AuditEventView, exportAuditEvents } from "@portico/services";
import { csvLine } from "@/server/csv.ts";
import { rest } from "@/server/rest.ts";

const FORMATS = {
  csv: { type: "text/csv; charset=utf-8", head: csvLine(headings()), line: csvRow },
  // One JSON object a line, so that a long export is read as it comes.
  json: { type: "application/x-ndjson", head: "", line: (event: AuditEventView) => `${JSON.stringify(event)}\n` },
};

/** `?format=csv` or `?format=json` (one object a line), with the filters of the list. */
export const GET = rest(async ({ ctx, query }) => {
  const name = query.get("format") ?? "json";
  if (name !== "csv" && name !== "json") throw new AppError("invalid_input", "format: use csv or json");
  const { type, head, line } = FORMATS[name];
  const input = { actor: query.get("actor") ?? undefined, kind: query.get("kind") ?? undefined };
  const batches = exportAuditEvents({ ctx, input });
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
      "content-type": type,
      "content-disposition": `attachment; filename="audit-log.${name === "csv" ? "csv" : "ndjson"}"`,
      "cache-control": "no-store",
    },
  });
});

function headings(): string[] {
  return ["time", "action", "actor", "actor e-mail", "actor id", "ip", "target", "target name", "details"];
}

function csvRow({ at, action, actor, ip, target, targetName, details }: AuditEventView): string {
  return csvLine([
    at.toISOString(),
    action,
    actor.name ?? actor.type,
    actor.email ?? "",
    actor.id ?? "",
    ip ?? "",
    target ?? "",
    targetName ?? "",
    JSON.stringify(details),
  ]);
}
