import {
  applyOverrides,
  type Compiled,
  type Merged,
  type MergeReport,
  type Operation,
  type Override,
} from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import type { ComposedTool } from "./composed-tools.ts";
import { DOCUMENTS_MAX, findServerDocument, mergePart, openParts, type ServerDocument } from "./documents.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { describeHeld, type HeldOperation, type HeldView, toJson } from "./held.ts";
import { readOverrides } from "./override.ts";
import type { ServerResource } from "./prompts-resources.ts";

const INT4_MAX = 2 ** 31 - 1;

/** A revision by its number in its document. */
export const revisionNumberSchema = z.coerce
  .number({ error: "use the number of a revision, such as 3" })
  .int()
  .min(1)
  .max(INT4_MAX);

/** Which document of the server; the first when left out. */
export const documentSchema = z.string().min(1).max(100);

const schema = z
  .object({ id: z.string(), document: documentSchema.optional(), revision: revisionNumberSchema.optional() })
  .strict();

export interface RevisionView {
  id: string;
  number: number;
  createdAt: Date;
}

export interface UpgradeReview extends Reviewed {
  /** What the draft is built from. */
  from: RevisionView;
  /** What it would be built from. */
  to: RevisionView;
  /** What is held back of the document since an earlier upgrade. It stays so unless the upgrade says otherwise. */
  held: HeldView[];
  /** The number to send back when the upgrade is applied. */
  lock: number;
}

interface Reviewed {
  /** What taking all of it would change. */
  changes: MergeReport;
  /** The operations that came new. */
  added: Operation[];
  /** Names of the draft's tools that the changes concern, by operation: by its key now and by the one that it gets. */
  tools: Record<string, string>;
  /** Names of own tools and addresses of resources that use an operation that is changed, renamed or gone, by its key now. */
  usedBy: Record<string, string[]>;
  /** What an upgrade can leave as it is, by its key now (`hold`). */
  holdable: string[];
}

/**
 * What moving a server's draft to the document's current revision, or to a given one, would change; null when the draft is there
 * already and holds nothing back. Nothing is written.
 */
export async function reviewUpgrade({ ctx, input }: Call<z.input<typeof schema>>): Promise<UpgradeReview | null> {
  authorize(ctx, "server.read");
  const { id, document: documentId, revision } = parseInput(schema, input);
  const server = await findServer(ctx, id);
  const document = findServerDocument(server, documentId);
  const { from, to } = await findRevisions(ctx, document, revision);
  const held = (await describeHeld(ctx, [document])).get(document.documentId) ?? [];
  if (to.id === from.id && held.length === 0) return null;
  return { from, to, held, lock: server.lock, ...(await readReview(ctx, server, document, to.id)) };
}

/** The revision of a document that a server's draft is built from, and the one that it is to be moved to: the document's current one unless a number says otherwise. */
export async function findRevisions(
  ctx: Ctx,
  { documentId, revisionId }: Pick<ServerDocument, "documentId" | "revisionId">,
  number: number | undefined,
): Promise<{ from: RevisionView; to: RevisionView }> {
  const select = { id: true, number: true, createdAt: true };
  const document = await ctx.db.document.findUniqueOrThrow({
    where: { id: documentId },
    select: { currentRevisionId: true },
  });
  const wanted = number === undefined ? { id: document.currentRevisionId ?? revisionId } : { number };
  const [from, to] = await Promise.all([
    ctx.db.documentRevision.findUniqueOrThrow({ where: { id: revisionId }, select }),
    ctx.db.documentRevision.findFirst({
      where: { documentId, organizationId: ctx.organizationId, ...wanted },
      select,
    }),
  ]);
  if (!to) throw notFound("revision of the document");
  return { from, to };
}

/** The draft merged with another revision of one of its documents, in which some operations are held back. */
export async function mergeRevision(
  ctx: Ctx,
  server: ServerRow,
  { key }: Pick<ServerDocument, "key">,
  revisionId: string,
  held: readonly HeldOperation[] = [],
): Promise<Merged & { before: Compiled; after: Compiled; overrides: Override[] }> {
  const [parts, [next], overrides] = await Promise.all([
    openParts(ctx, server.documents),
    openParts(ctx, [{ key, revisionId, held: toJson(held) as ServerDocument["held"] }]),
    readOverrides(ctx.db, server.id),
  ]);
  if (!next) throw notFound("revision of the document");
  const edits = { selection: server.selection as string[], overrides };
  return { ...mergePart(parts, next, edits, server.usedKeys), overrides };
}

const KEPT_MS = 60_000;

/** Every document of a server may have changed. */
const KEPT_MAX = DOCUMENTS_MAX;

const kept = new Map<string, { until: number; reviewed: Promise<Reviewed> }>();

/**
 * Every page of a server says that its document changed, and opening two revisions of a large one takes a second or more: the last
 * reviews stay for a minute. Each write of a draft changes its lock, and with it the key.
 */
async function readReview(
  ctx: Ctx,
  server: ServerRow,
  document: ServerDocument,
  revisionId: string,
): Promise<Reviewed> {
  const key = [server.id, server.lock, document.documentId, document.revisionId, revisionId].join();
  const known = kept.get(key);
  if (known && known.until > Date.now()) return known.reviewed;
  const entry = {
    until: Date.now() + KEPT_MS,
    reviewed: review(ctx, server, document, revisionId),
  };
  kept.set(key, entry);
  const [oldest = ""] = kept.keys();
  if (kept.size > KEPT_MAX) kept.delete(oldest);
  const forget = () => {
    if (kept.get(key) === entry) kept.delete(key);
  };
  entry.reviewed.catch(forget);
  setTimeout(forget, KEPT_MS).unref();
  return entry.reviewed;
}

async function review(ctx: Ctx, server: ServerRow, document: ServerDocument, revisionId: string): Promise<Reviewed> {
  const { report, before, after, overrides } = await mergeRevision(ctx, server, document, revisionId);
  const added = new Set(report.added);
  return {
    changes: report,
    added: after.operations.filter(({ key }) => added.has(key)),
    tools: toolNames(before, server.selection as string[], overrides, report),
    usedBy: usersOf(server, holdable(report)),
    holdable: holdable(report),
  };
}

/** The operations of a draft that another revision changes, moves or drops. */
export function holdable({ removed, renamed, changed }: MergeReport): string[] {
  const predecessorOf = new Map(renamed.map(({ from, to }) => [to, from]));
  return [
    ...new Set([
      ...removed.map(({ operation }) => operation),
      ...renamed.map(({ from }) => from),
      ...changed.map(({ operation }) => predecessorOf.get(operation) ?? operation),
    ]),
  ];
}

function usersOf({ composedTools, resources }: ServerRow, operations: readonly string[]): Record<string, string[]> {
  const own = (composedTools as unknown as ComposedTool[]).flatMap(({ name, steps }) =>
    steps.map(({ operation }) => [operation, name] as const),
  );
  const read = (resources as unknown as ServerResource[]).flatMap((one) =>
    "operation" in one ? [[one.operation, one.uri] as const] : [],
  );
  const wanted = new Set(operations);
  const used = Map.groupBy(
    [...own, ...read].filter(([operation]) => wanted.has(operation)),
    ([operation]) => operation,
  );
  return Object.fromEntries(
    [...used].map(([operation, all]) => [operation, [...new Set(all.map(([, name]) => name))]]),
  );
}

function toolNames(
  { tools }: Compiled,
  selection: readonly string[],
  overrides: Override[],
  { removed, renamed, changed, conflicting }: MergeReport,
): Record<string, string> {
  const concerned = new Set([...removed, ...changed, ...conflicting].map(({ operation }) => operation));
  for (const { from, to } of renamed) concerned.add(from).add(to);
  const successorOf = new Map(renamed.map(({ from, to }) => [from, to]));
  const selected = new Set(selection);
  const names = applyOverrides(
    tools.filter(({ operation }) => selected.has(operation)),
    overrides,
  ).flatMap(({ operation, name }) => {
    const key = successorOf.get(operation) ?? operation;
    return [operation, key].filter((one) => concerned.has(one)).map((one): [string, string] => [one, name]);
  });
  return Object.fromEntries(names);
}
