import type { Db, Prisma, Tx } from "@portico/db";
import {
  applyOverrides,
  argumentOf,
  detectPaging,
  formFieldOf,
  isAskedAgain,
  isRepeatable,
  type Override,
  type ParameterEdit,
  saysMore,
  sentAs,
  type Tool,
  withHints,
} from "@portico/openapi";
import { RETRIES_MAX, TIMEOUT_SECONDS_MAX } from "@portico/upstream";
import { z } from "zod";
import { authorize } from "../access.ts";
import { auditEach } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { contentTypesOf } from "../document/tool-view.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { shapeSchema } from "./answer-shape.ts";
import { checkSameDocuments, openDocuments } from "./documents.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { checkedParameters, parametersSchema } from "./parameter-edits.ts";

/** More than this is no form that anybody fills in. */
const ASKED_MAX = 20;
const EDITS_MAX = 5_000;

/** What a call does, where that is not what its method says. MCP 2026-07-28, ToolAnnotations. */
export const hintsSchema = z
  .object({
    readOnlyHint: z.boolean().optional(),
    destructiveHint: z.boolean().optional(),
    idempotentHint: z.boolean().optional(),
    openWorldHint: z.boolean().optional(),
  })
  .strict()
  .refine(
    ({ readOnlyHint, destructiveHint }) => !(readOnlyHint && destructiveHint),
    "what only reads deletes nothing: say readOnlyHint or destructiveHint, not both",
  );

/** How long a call may take. */
export const timeoutSchema = z
  .number()
  .int()
  .min(1)
  .max(TIMEOUT_SECONDS_MAX, `a call may take ${TIMEOUT_SECONDS_MAX} s at most: the gateway gives a silent API up then`);

/** How often a call is made again at most. */
export const retriesSchema = z.number().int().min(0).max(RETRIES_MAX);

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
    /** Keys of arguments that a person is asked for when the model left them out. */
    askFor: z.array(z.string().min(1).max(300)).max(ASKED_MAX).optional(),
    /** Hosts that can show its answers as a table, a record or a chart beside the text. */
    widget: z.boolean().optional(),
    /** The client's model sums up an answer that is too large, where it can be asked. */
    summarize: z.boolean().optional(),
    /** Whether it reads only, deletes, can be repeated, and reaches beyond the API. */
    annotations: hintsSchema.optional(),
    timeoutSeconds: timeoutSchema.optional(),
    retries: retriesSchema.optional(),
    /** What of its answers reaches the model, and how it is written. */
    shape: shapeSchema.optional(),
    /** Pages are asked for with one argument that is the same for every tool. */
    paging: z.boolean().optional(),
    /** What the model sees of each argument, and what is sent without it. */
    parameters: parametersSchema.optional(),
  })
  .strict();

const schema = z.object({ serverId: z.string(), operation: z.string() });

/** A server's overrides as the compiler takes them. */
export async function readOverrides(db: Pick<Db, "toolOverride">, serverId: string): Promise<Override[]> {
  const rows = await db.toolOverride.findMany({ where: { serverId }, select: { operation: true, patch: true } });
  return rows.map(({ operation, patch }) => ({ operation, ...(patch as Omit<Override, "operation">) }));
}

/** Writes a server's overrides anew. The caller holds its row, so that no edit comes between. */
export async function replaceOverrides(tx: Tx, serverId: string, overrides: readonly Override[]): Promise<void> {
  await tx.toolOverride.deleteMany({ where: { serverId } });
  await tx.toolOverride.createMany({
    data: overrides.map(({ operation, ...patch }) => ({ serverId, operation, patch: stored(patch) })),
  });
}

/** A patch is JSON through and through, which its types cannot say. */
function stored(patch: Omit<Override, "operation">): Prisma.InputJsonObject {
  return patch as Prisma.InputJsonObject;
}

/** Replaces a person's edit of one tool; an empty patch is "reset to document". Served from the next publish on. */
export async function overrideTool({
  ctx,
  input,
}: Call<z.input<typeof schema> & { patch: z.input<typeof patchSchema> }>): Promise<void> {
  authorize(ctx, "server.write");
  const { serverId, operation } = parseInput(schema, input);
  const patch = parsePatch(input.patch);
  await writeEdits(ctx, await findServer(ctx, serverId), [{ operation, patch }]);
}

/** By itself, so that a refusal names the fields as they were sent. */
export function parsePatch(patch: unknown): ToolEdit {
  return parseInput(patchSchema, patch) as ToolEdit;
}

const aboutEdits = schema.pick({ serverId: true }).extend({ lock: z.number().int().optional() });

const editsSchema = z
  .array(schema.omit({ serverId: true }).extend({ patch: patchSchema }))
  .min(1)
  .max(EDITS_MAX)
  .refine(
    (edits) => new Set(edits.map(({ operation }) => operation)).size === edits.length,
    "name each operation once",
  );

/** Replaces the edits of several tools, all or none: what takes back what was done to several at once. With a `lock`, only what nobody has changed since. */
export async function overrideTools({
  ctx,
  input,
}: Call<{ serverId: string; edits: z.input<typeof editsSchema>; lock?: number }>): Promise<void> {
  authorize(ctx, "server.write");
  const { serverId, lock } = parseInput(aboutEdits, { serverId: input.serverId, lock: input.lock });
  const edits = parseInput(editsSchema, input.edits) as { operation: string; patch: Omit<Override, "operation"> }[];
  await writeEdits(ctx, await findServer(ctx, serverId), edits, lock === undefined ? {} : { lock });
}

/**
 * Replaces the edits of several tools, all or none, and answers with them as they are kept. `lock`: only while nobody has changed the draft
 * since it was read.
 */
export async function writeEdits(
  ctx: Ctx,
  server: ServerRow,
  edits: readonly { operation: string; patch: Omit<Override, "operation"> }[],
  when: { lock?: number } = {},
): Promise<ToolEdit[]> {
  const wanted = new Set(edits.map(({ operation }) => operation));
  const { tools } = await openDocuments(ctx, server.documents, wanted);
  const byOperation = new Map(tools.map((tool) => [tool.operation, tool]));
  const kept = edits.map(({ operation, patch }) => {
    const tool = byOperation.get(operation);
    if (!tool) throw notFound("tool");
    return { operation, edit: checkedEdit(tool, patch) };
  });
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.server.updateMany({
      where: { id: server.id, ...when },
      data: { lock: { increment: 1 } },
    });
    if (count === 0)
      throw new AppError(
        "conflict",
        "The server's draft, or its document, was changed at the same moment. Look at the tool again.",
      );
    await checkSameDocuments(tx, server);
    // Two statements for however many: one a tool would take longer than a transaction may.
    const touched = { serverId: server.id, operation: { in: kept.map(({ operation }) => operation) } };
    await tx.toolOverride.deleteMany({ where: touched });
    await tx.toolOverride.createMany({
      data: kept
        .filter(({ edit }) => Object.keys(edit).length > 0)
        .map(({ operation, edit }) => ({ serverId: server.id, operation, patch: edit })),
    });
    const told = kept.map(({ operation, edit }) => ({ operation, fields: Object.keys(edit) }));
    await auditEach(tx, ctx, "tool.override", server.id, told);
  });
  return kept.map(({ edit }) => edit as ToolEdit);
}

/** An edit as it is kept, without what changes nothing; one that the tool cannot have is refused. */
function checkedEdit(tool: Tool, patch: Omit<Override, "operation">): Prisma.InputJsonObject {
  const {
    askFirst,
    widget,
    summarize,
    askFor = [],
    shape = {},
    paging,
    annotations = {},
    parameters: edits,
    ...words
  } = withContentType(patch, tool);
  const hinted = withHints(tool, annotations);
  if (summarize) checkSummarize(hinted);
  if (paging) checkPaging(hinted);
  if (words.retries) checkRetries(hinted);
  const sent = sentAs(tool, words.contentType);
  const parameters = checkedParameters(sent, edits);
  checkAskFor(sent, parameters, askFor);
  return stored({
    ...words,
    ...(askFirst ? { askFirst } : {}),
    ...(askFor.length > 0 ? { askFor: [...new Set(askFor)].sort() } : {}),
    ...(widget ? { widget } : {}),
    ...(summarize ? { summarize } : {}),
    ...(saysMore(tool, annotations) ? { annotations } : {}),
    ...(Object.keys(shape).length > 0 ? { shape } : {}),
    ...(paging ? { paging } : {}),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  });
}

/** What a person can change of one tool. */
export type ToolEdit = Omit<Override, "operation" | "enabled">;

/** The patch without a media type that is the document's own; one that the tool does not have is refused. */
function withContentType(patch: Omit<Override, "operation">, tool: Tool): Omit<Override, "operation"> {
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

/** Refuses an argument that no form can ask for, that has a value already, or that the tool does not have as its body is sent now. */
function checkAskFor(sent: Tool, parameters: Record<string, ParameterEdit>, askFor: readonly string[]): void {
  const [edited = sent] = applyOverrides([sent], [{ operation: sent.operation, parameters }]);
  const given = new Set(edited.plan.given?.map(({ argument }) => argument));
  for (const key of askFor) {
    const name = argumentOf(edited, key);
    const found = formFieldOf(edited.inputSchema, name ?? key);
    const isHidden = parameters[key]?.hidden || parameters[key]?.fixed;
    const problem =
      isHidden || (name !== undefined && given.has(name))
        ? `"${key}" is hidden or has a value already, so nobody is asked for it: remove one of the two`
        : "problem" in found
          ? found.problem
          : undefined;
    if (problem === undefined) continue;
    throw new AppError("invalid_input", `askFor: ${problem}`, { issues: [{ field: "askFor", message: problem }] });
  }
}

/** Without pages there is nothing to ask for. */
function checkPaging(tool: Tool): void {
  if (detectPaging(tool)) return;
  const message = isAskedAgain(tool)
    ? "no argument of this tool says where a page begins"
    : "only of a tool that reads can a page be asked for again";
  throw new AppError("invalid_input", `paging: ${message}`, { issues: [{ field: "paging", message }] });
}

/** What could be done twice is not made again by itself. */
function checkRetries(tool: Tool): void {
  if (isRepeatable(tool)) return;
  const message =
    "a second call of this tool could do something twice; say that it can be repeated (idempotentHint), or use 0";
  throw new AppError("invalid_input", `retries: ${message}`, { issues: [{ field: "retries", message }] });
}

/** A client may lose the answer when nobody lets its model sum it up: what only reads can be called again. */
function checkSummarize(tool: Tool): void {
  if (isAskedAgain(tool)) return;
  const message = "only answers of tools that read are summed up, and this one does more";
  throw new AppError("invalid_input", `summarize: ${message}`, { issues: [{ field: "summarize", message }] });
}
