import { assembleDocuments, assembledKey, type DocumentPart, prefixedName } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { httpUrlSchema, parseInput, selectSchema } from "../input.ts";
import type { ComposedTool } from "./composed-tools.ts";
import { documentKeySchema, settleKey } from "./document-key.ts";
import { checkApart, DOCUMENTS_MAX, openParts } from "./documents.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { readOverrides } from "./override.ts";
import { resolveSelection } from "./selection.ts";
import { type ServerView, serverView } from "./views.ts";

/** How many documents one server is built from. */

const placeSchema = z.object({
  serverId: z.string(),
  documentId: z.string(),
  /** What tells it apart from the others; left out: one made of its title. */
  key: documentKeySchema.optional(),
});

/** A tool of a document that is added: what it is called there, and what it is called beside the others. */
export interface AddedName {
  operation: string;
  /** As the document alone gives it. */
  from: string;
  name: string;
}

export interface AddedDocumentReview {
  /** What it would be told apart by. */
  key: string;
  /** Tools whose name is taken, and the name that they get. */
  renamed: AddedName[];
  /** The number to send back when it is added. */
  lock: number;
}

/** What adding a document to a server would call its tools. Nothing is written. */
export async function reviewAddedDocument({
  ctx,
  input,
}: Call<z.input<typeof placeSchema>>): Promise<AddedDocumentReview> {
  authorize(ctx, "server.read");
  const { serverId, documentId, key } = parseInput(placeSchema, input);
  const server = await findServer(ctx, serverId);
  const added = await assemble(ctx, server, documentId, key);
  const { lock } = server;
  return { key: added.key, renamed: added.names.filter(({ from, name }) => from !== name), lock };
}

const schema = placeSchema
  .extend({
    /** Of its operations, by the keys that they have in the document, those that become tools. */
    select: selectSchema.default("suggested"),
    /** Replaces every base URL of the document. */
    baseUrl: httpUrlSchema.optional(),
    /** The `lock` that was read; a change of the draft since then is a conflict. */
    lock: z.number().int().optional(),
  })
  .strict();
export type AddServerDocumentInput = z.input<typeof schema>;

export interface AddedDocument {
  server: ServerView;
  key: string;
  /** The tools that were picked of it, with the names that they got. */
  tools: AddedName[];
}

/**
 * Makes a document, at its current revision, one more that a server's tools come from. Its names are told apart from those of the others, so
 * that nothing that was there means something else. Served from the next publish on.
 */
export async function addServerDocument({ ctx, input }: Call<AddServerDocumentInput>): Promise<AddedDocument> {
  authorize(ctx, "server.write");
  const { serverId, documentId, key: wanted, select, baseUrl, lock } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  if (lock !== undefined && lock !== server.lock)
    throw new AppError(
      "conflict",
      "Somebody else changed this server meanwhile. Reload to see what changed, then add the document again.",
    );
  const { key, revisionId, part, names, overrides } = await assemble(ctx, server, documentId, wanted);
  const picked = new Set(resolveSelection(part.compiled, select).map((operation) => assembledKey(key, operation)));
  const selection = [...(server.selection as string[]), ...picked];
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.server.updateMany({
      where: { id: server.id, lock: server.lock },
      data: { selection, lock: { increment: 1 } },
    });
    if (count === 0) throw new AppError("conflict", "Somebody else changed this server at the same moment. Try again.");
    await tx.serverDocument.create({
      data: {
        ...{ serverId: server.id, documentId, organizationId: ctx.organizationId, revisionId, key },
        position: Math.max(...server.documents.map(({ position }) => position)) + 1,
        baseUrl: baseUrl ?? null,
      },
    });
    await tx.toolOverride.createMany({
      data: overrides.map(({ operation, name }) => ({ serverId: server.id, operation, patch: { name } })),
    });
    await audit(tx, ctx, "server.addDocument", server.id, {
      ...{ documentId, key, title: part.compiled.title },
      tools: picked.size,
    });
  });
  return {
    server: serverView(ctx, await findServer(ctx, server.id)),
    key,
    tools: names.filter(({ operation }) => picked.has(operation)),
  };
}

/** The documents of a server with another one behind them, and what its tools are called there. */
async function assemble(ctx: Ctx, server: ServerRow, documentId: string, wanted: string | undefined) {
  const document = await ctx.db.document.findFirst({
    where: { id: documentId, organizationId: ctx.organizationId },
    select: { title: true, currentRevisionId: true },
  });
  if (!document?.currentRevisionId) throw notFound("document");
  if (server.documents.some((one) => one.documentId === documentId))
    throw new AppError(
      "conflict",
      `"${document.title}" is a document of this server already. Import it anew to have it twice.`,
    );
  if (server.documents.length >= DOCUMENTS_MAX)
    throw new AppError(
      "limit_exceeded",
      `A server is built from at most ${DOCUMENTS_MAX} documents. Remove one first, or make another server.`,
    );
  const revisionId = document.currentRevisionId;
  const [parts, [opened]] = await Promise.all([
    openParts(ctx, server.documents),
    openParts(ctx, [{ key: "", revisionId }]),
  ]);
  if (!opened) throw notFound("document");
  const key = settleKey(wanted, document.title, {
    keys: server.documents.map((one) => one.key),
    usedKeys: server.usedKeys,
    unkeyed: parts.find((one) => one.key === "")?.compiled,
  });
  const part: DocumentPart = { key, compiled: opened.compiled };
  checkApart([...parts, part]);
  const { names, overrides } = await nameTools(ctx, server, parts, part);
  return { key, revisionId, part, names, overrides };
}

/** What people called tools, and their own tools, is taken too: whoever gets such a name gets that of its document in front. */
async function nameTools(ctx: Ctx, server: ServerRow, parts: readonly DocumentPart[], part: DocumentPart) {
  const { tools } = assembleDocuments([...parts, part]);
  const edits = await readOverrides(ctx.db, server.id);
  const own = server.composedTools as unknown as ComposedTool[];
  const taken = new Set(
    [...edits.flatMap(({ name }) => (name === undefined ? [] : [name])), ...own.map(({ name }) => name)].map((name) =>
      name.toLowerCase(),
    ),
  );
  const all = new Set(tools.map(({ name }) => name.toLowerCase()));
  const added = tools.filter(({ document }) => document === part.key);
  const overrides = added
    .filter(({ name }) => taken.has(name.toLowerCase()))
    .map(({ operation, name: current }) => {
      const name = prefixedName(part.key, current, (one) => taken.has(one) || all.has(one));
      taken.add(name.toLowerCase());
      return { operation, name };
    });
  const given = new Map(overrides.map(({ operation, name }) => [operation, name]));
  const generated = new Map(part.compiled.tools.map((tool) => [assembledKey(part.key, tool.operation), tool.name]));
  const names = added.map(
    ({ operation, name }): AddedName => ({
      operation,
      from: generated.get(operation) ?? name,
      name: given.get(operation) ?? name,
    }),
  );
  return { names, overrides };
}
