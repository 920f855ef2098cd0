import type { Db, Prisma, Tx } from "@portico/db";
import { applyOverrides, formFieldOf, type Override, type Tool } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import { contentTypesOf } from "../document/tool-view.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { shapeSchema } from "./answer-shape.ts";
import { findServer } from "./find-server.ts";

/** More than this is no form that anybody fills in. */
const ASKED_MAX = 20;

const patchSchema = z
  .object({
    name: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "use 1 to 64 letters, digits, - or _")
      .optional(),
    title: z.string().trim().min(1).max(200).optional(),
    description: z.string().trim().min(1).max(1_024).optional(),
    /** One of the media types that the document offers for the tool's body. */
    contentType: z.string().trim().min(1).max(200).optional(),
    /** A person agrees to each call before it is sent. */
    askFirst: z.boolean().optional(),
    /** Arguments that a person is asked for when the model left them out. */
    askFor: z.array(z.string().min(1).max(64)).max(ASKED_MAX).optional(),
    /** Hosts that can show its answers as a table, a record or a chart beside the text. */
    widget: z.boolean().optional(),
    /** The client's model sums up an answer that is too large, where it can be asked. */
    summarize: z.boolean().optional(),
    /** What of its answers reaches the model, and how it is written. */
    shape: shapeSchema.optional(),
  })
  .strict();

const schema = z.object({ serverId: z.string(), operation: z.string() });

/** A server's overrides as the compiler takes them. */
export async function readOverrides(db: Pick<Db, "toolOverride">, serverId: string): Promise<Override[]> {
  const rows = await db.toolOverride.findMany({ where: { serverId }, select: { operation: true, patch: true } });
  return rows.map(({ operation, patch }) => ({ operation, ...(patch as z.output<typeof patchSchema>) }));
}

/** Writes a server's overrides anew. The caller holds its row, so that no edit comes between. */
export async function replaceOverrides(tx: Tx, serverId: string, overrides: readonly Override[]): Promise<void> {
  await tx.toolOverride.deleteMany({ where: { serverId } });
  await tx.toolOverride.createMany({
    data: overrides.map(({ operation, ...patch }) => ({ serverId, operation, patch: patch as Prisma.InputJsonObject })),
  });
}

/** Replaces a person's edit of one tool; an empty patch is "reset to document". Served from the next publish on. */
export async function overrideTool({
  ctx,
  input,
}: Call<z.input<typeof schema> & { patch: z.input<typeof patchSchema> }>): Promise<void> {
  authorize(ctx, "server.write");
  const { serverId, operation } = parseInput(schema, input);
  // By itself, so that a refusal names the fields as they were sent.
  const patch = parseInput(patchSchema, input.patch);
  const server = await findServer(ctx, serverId);
  const revision = await ctx.db.documentRevision.findUniqueOrThrow({
    where: { id: server.revisionId },
    select: { compiled: true },
  });
  const tool = (await openCompiled(revision, new Set([operation]))).tools.find((one) => one.operation === operation);
  if (!tool) throw notFound("tool");
  const { askFirst, widget, summarize, askFor = [], shape = {}, ...words } = withContentType(patch, tool);
  if (summarize) checkSummarize(tool);
  checkAskFor(tool, words.contentType, askFor);
  const edit = {
    ...words,
    ...(askFirst ? { askFirst } : {}),
    ...(askFor.length > 0 ? { askFor: [...new Set(askFor)].sort() } : {}),
    ...(widget ? { widget } : {}),
    ...(summarize ? { summarize } : {}),
    ...(Object.keys(shape).length > 0 ? { shape } : {}),
  };
  const key = { serverId_operation: { serverId: server.id, operation } };
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.server.updateMany({
      where: { id: server.id, revisionId: server.revisionId },
      data: { lock: { increment: 1 } },
    });
    if (count === 0)
      throw new AppError(
        "conflict",
        "The server moved to another revision of its document at the same moment. Look at the tool again.",
      );
    if (Object.keys(edit).length === 0) await tx.toolOverride.deleteMany({ where: { serverId: server.id, operation } });
    else
      await tx.toolOverride.upsert({
        where: key,
        create: { serverId: server.id, operation, patch: edit },
        update: { patch: edit },
      });
    await audit(tx, ctx, "tool.override", server.id, { operation, fields: Object.keys(edit) });
  });
}

/** Part of an edit of one tool: null takes a field back to what the document says. */
export type ToolChanges = { [Field in keyof z.input<typeof patchSchema>]?: z.input<typeof patchSchema>[Field] | null };

/** Changes some fields of a person's edit of one tool and leaves the others. Answers with the edit before, for who wants it back. */
export async function editTool({
  ctx,
  input: { changes, ...input },
}: Call<z.input<typeof schema> & { changes: ToolChanges }>): Promise<{ before: z.input<typeof patchSchema> }> {
  authorize(ctx, "server.write");
  const { serverId, operation } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const row = await ctx.db.toolOverride.findUnique({
    where: { serverId_operation: { serverId: server.id, operation } },
  });
  const before = (row?.patch ?? {}) as z.input<typeof patchSchema>;
  const merged = Object.entries({ ...before, ...changes }).filter(([, value]) => (value ?? null) !== null);
  await overrideTool({ ctx, input: { serverId: server.id, operation, patch: Object.fromEntries(merged) } });
  return { before };
}

/** The patch without a media type that is the document's own; one that the tool does not have is refused. */
function withContentType(patch: z.output<typeof patchSchema>, tool: Tool): z.output<typeof patchSchema> {
  const { contentType, ...rest } = patch;
  const [own, ...others] = contentTypesOf(tool);
  if (contentType === undefined || contentType === own) return rest;
  if (others.includes(contentType)) return patch;
  const message =
    own === undefined
      ? "this tool sends no body"
      : others.length === 0
        ? `the document offers only ${own} for this tool`
        : `the document offers ${[own, ...others].join(", ")} for this tool; choose one of them`;
  throw new AppError("invalid_input", `contentType: ${message}`, {
    issues: [{ field: "contentType", message }],
    contentTypes: own === undefined ? [] : [own, ...others],
  });
}

/** Refuses an argument that no form can ask for, or that the tool does not have as its body is sent now. */
function checkAskFor(tool: Tool, contentType: string | undefined, askFor: readonly string[]): void {
  const [sent = tool] = contentType ? applyOverrides([tool], [{ operation: tool.operation, contentType }]) : [tool];
  for (const name of askFor) {
    const found = formFieldOf(sent.inputSchema, name);
    if ("field" in found) continue;
    throw new AppError("invalid_input", `askFor: ${found.problem}`, {
      issues: [{ field: "askFor", message: found.problem }],
    });
  }
}

/** A client may lose the answer when nobody lets its model sum it up: what only reads can be called again. */
function checkSummarize({ plan }: Tool): void {
  if (plan.method === "GET") return;
  const message = `only answers of GET operations are summed up, and this one is ${plan.method}`;
  throw new AppError("invalid_input", `summarize: ${message}`, { issues: [{ field: "summarize", message }] });
}
