import { decompress } from "@portico/db";
import { type Document, type ExampleAnswer, exampleAnswer, splitKey, type Tool } from "@portico/openapi";
import type { UpstreamResponse } from "@portico/upstream";
import type { Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import type { ServerRow } from "../server/find-server.ts";
import { revisionOf } from "../server/held.ts";

/** An answer to go on with instead of the API's. */
export interface RecordedAnswer {
  status: number;
  contentType: string;
  body: string;
  from: "sample" | ExampleAnswer["from"];
}

/** The sample that was kept for a tool, or else what the document says that its answers look like. `conflict` when there is neither. */
export async function exampleFor(
  ctx: Ctx,
  server: Pick<ServerRow, "id" | "documents">,
  { operation }: Pick<Tool, "operation">,
  wanted: "sample" | "example",
): Promise<RecordedAnswer> {
  if (wanted === "sample") {
    const row = await ctx.db.toolSample.findUnique({
      where: { serverId_operation: { serverId: server.id, operation } },
    });
    if (row) {
      const { status, contentType, body } = row;
      return { status, contentType, body: (await decompress(body)).toString("utf8"), from: "sample" };
    }
    throw new AppError("conflict", "No sample was kept for this tool. Call the API once, and keep what it answers.");
  }
  const keys = server.documents.map(({ key }) => key);
  const own = splitKey(operation, keys);
  const id = revisionOf(server.documents, operation);
  // Of a version that is served still, a document may be gone.
  if (id === undefined) throw unknown();
  const revision = await ctx.db.documentRevision.findUniqueOrThrow({
    where: { id },
    select: { source: true, format: true },
  });
  const { root, files } = JSON.parse((await decompress(revision.source)).toString("utf8")) as Pick<
    Document,
    "root" | "files"
  >;
  const found = exampleAnswer({ root, files, format: revision.format as Document["format"] }, own.operation);
  if (found) return found;
  throw unknown();
}

function unknown(): AppError {
  return new AppError(
    "conflict",
    "The document does not say what this operation answers. Call the API once and keep the answer as a sample.",
  );
}

/** A recorded answer as if it had come from this address just now. */
export function asResponse({ status, contentType, body }: RecordedAnswer, url: string): UpstreamResponse {
  const bytes = new TextEncoder().encode(body);
  const headers: Record<string, string> = contentType ? { "content-type": contentType } : {};
  return { status, headers, body: bytes, truncated: false, bytes: bytes.length, url, durationMs: 0 };
}
