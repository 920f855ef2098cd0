import { applyOverrides, assembleDocuments, mergeDocuments, prefixesOf } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import type { ComposedTool } from "./composed-tools.ts";
import { deleteUnused, findServerDocument, openParts } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { readOverrides, replaceOverrides } from "./override.ts";
import type { ServerResource } from "./prompts-resources.ts";
import { type ServerView, serverView } from "./views.ts";

const schema = z
  .object({
    serverId: z.string(),
    documentId: z.string(),
    /** The `lock` that was read; a change of the draft since then is a conflict. */
    lock: z.number().int().optional(),
  })
  .strict();

/** What goes with a document. */
export interface RemovedDocumentReview {
  /** Names of tools of the draft. */
  tools: string[];
  /** Addresses of resources that its operations answer. */
  resources: string[];
  /** Tools of several calls that call its operations: while there is one, the document stays. */
  neededBy: string[];
  /** It is the only one: it stays. */
  isOnly: boolean;
  /** The number to send back when it is removed. */
  lock: number;
}

/** What removing a document from a server would take along. Nothing is written. */
export async function reviewRemovedDocument({
  ctx,
  input,
}: Call<z.input<typeof schema>>): Promise<RemovedDocumentReview> {
  authorize(ctx, "server.read");
  const { tools, resources, neededBy, isOnly, server } = await review(ctx, parseInput(schema, input));
  return { tools, resources: resources.map(({ uri }) => uri), neededBy, isOnly, lock: server.lock };
}

/**
 * Takes a document out of a server's draft, with the choices, edits and samples of its tools and the resources that they answer; the other
 * tools keep their names. What is served stays as it is until somebody publishes, and so do grants, profiles and credentials. The document is
 * deleted where no other server is built from it.
 */
export async function removeServerDocument({ ctx, input }: Call<z.input<typeof schema>>): Promise<ServerView> {
  authorize(ctx, "server.write");
  const { lock, ...place } = parseInput(schema, input);
  const found = await review(ctx, place);
  const { server, document, operations, edits, neededBy, resources, isOnly } = found;
  if (lock !== undefined && lock !== server.lock)
    throw new AppError(
      "conflict",
      "Somebody else changed this server meanwhile. Reload to see what would go, then remove the document again.",
    );
  const { documentId, key } = document;
  const { title } = document.document;
  if (isOnly)
    throw new AppError(
      "precondition_failed",
      `"${title}" is the only document of this server. Add another one first, or delete the server.`,
    );
  if (neededBy.length > 0)
    throw new AppError(
      "precondition_failed",
      `${neededBy.length === 1 ? `The tool ${neededBy[0]} calls` : `The tools ${neededBy.join(", ")} call`} operations of "${title}". Change ${neededBy.length === 1 ? "it" : "them"} under Own tools first.`,
      { tools: neededBy },
    );
  const gone = new Set(resources.map(({ uri }) => uri));
  const kept = (server.resources as unknown as ServerResource[]).filter(({ uri }) => !gone.has(uri));
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.server.updateMany({
      where: { id: server.id, lock: server.lock },
      data: {
        selection: edits.selection,
        ...(gone.size > 0 ? { resources: kept } : {}),
        usedKeys: [...new Set([...server.usedKeys, ...found.prefixes])],
        lock: { increment: 1 },
      },
    });
    if (count === 0) throw new AppError("conflict", "Somebody else changed this server at the same moment. Try again.");
    await replaceOverrides(tx, server.id, edits.overrides);
    await tx.toolSample.deleteMany({ where: { serverId: server.id, operation: { in: operations } } });
    await tx.serverDocument.delete({ where: { serverId_documentId: { serverId: server.id, documentId } } });
    await deleteUnused(tx, [documentId]);
    await audit(tx, ctx, "server.removeDocument", server.id, { documentId, key, title, tools: found.tools.length });
  });
  return serverView(ctx, await findServer(ctx, server.id));
}

async function review(ctx: Ctx, { serverId, documentId }: z.output<typeof schema>) {
  const server = await findServer(ctx, serverId);
  const document = findServerDocument(server, documentId);
  const [parts, overrides] = await Promise.all([openParts(ctx, server.documents), readOverrides(ctx.db, server.id)]);
  const left = parts.filter(({ key }) => key !== document.key);
  const isOnly = left.length === 0;
  const before = assembleDocuments(parts);
  const selection = server.selection as string[];
  const merged = isOnly ? undefined : mergeDocuments(before, assembleDocuments(left), { selection, overrides });
  const unkeyed = parts.find(({ key }) => key === "" && key === document.key)?.compiled;
  const own = before.operations.filter((one) => (one.document ?? "") === document.key).map(({ key }) => key);
  const operations = new Set(own);
  const picked = new Set(selection);
  return {
    server,
    document,
    isOnly,
    operations: own,
    // No other document may come to be known by its names.
    prefixes: unkeyed ? prefixesOf(unkeyed) : [document.key],
    edits: merged?.edits ?? { selection, overrides },
    tools: applyOverrides(
      before.tools.filter(({ operation }) => picked.has(operation)),
      overrides,
    ).flatMap(({ operation, name }) => (operations.has(operation) ? [name] : [])),
    resources: (server.resources as unknown as ServerResource[]).filter(
      (one) => !("text" in one) && operations.has(one.operation),
    ),
    neededBy: (server.composedTools as unknown as ComposedTool[])
      .filter(({ steps }) => steps.some(({ operation }) => operations.has(operation)))
      .map(({ name }) => name),
  };
}
