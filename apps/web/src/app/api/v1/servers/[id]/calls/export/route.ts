import { type CallView, exportCalls } from "@portico/services";
import { callFilterOf } from "@/server/call-filter.ts";
import { exportFile } from "@/server/export.ts";
import { rest } from "@/server/rest.ts";

const HEADINGS = [
  ...["time", "tool", "operation", "outcome", "HTTP status", "ms", "ms at the API", "request bytes", "answer bytes"],
  ...["client", "client version", "protocol version", "caller", "who", "who id", "request id", "diagnostic", "id"],
];

/** `?format=csv` or `?format=json` (one object a line), with the filters of the list: the newest 100,000 calls. */
export const GET = rest<{ id: string }>(({ ctx, params, query }) =>
  exportFile({
    name: "calls",
    format: query.get("format"),
    batches: exportCalls({ ctx, input: callFilterOf(query, params.id) }),
    headings: HEADINGS,
    cells,
  }),
);

function cells(call: CallView): string[] {
  return [
    ...[call.occurredAt.toISOString(), call.tool, call.operation, call.outcome, call.status],
    ...[call.durationMs, call.upstreamMs, call.requestBytes, call.responseBytes],
    ...[call.clientName, call.clientVersion, call.protocolVersion, call.principal, call.who, call.subject],
    ...[call.requestId, call.diagnostic, call.id],
  ].map((cell) => (cell === null ? "" : String(cell)));
}
