import { isUniqueViolation, newId, Prisma, type Tx } from "@portico/db";
import { type EvalCase, expectationSchema } from "@portico/evals";
import { type Tool, type ToolKind, toolKind } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { COMPOSED } from "../server/composed-tools.ts";
import { findServer, type ServerRow } from "../server/find-server.ts";
import { readDraft } from "../server/review-publish.ts";
import { needsWord } from "../try/needs-word.ts";
import { isOfDraft, type LastRun, lastRunOf } from "./last-run.ts";

/** Cases of a server; more than that nobody keeps up to date. */
export const EVAL_CASES_MAX = 200;
/** Characters of the arguments of a case, and of what is expected of it, as JSON. */
const JSON_CHARS_MAX = 20_000;

/** Whether PostgreSQL stores it: half a character it does not. */
const isWhole = (value: unknown): boolean => !/(?<!\\)(?:\\\\)*\\ud[89a-f]/i.test(JSON.stringify(value));
const isShort = (value: unknown): boolean => JSON.stringify(value).length <= JSON_CHARS_MAX;
const TOO_LONG = `keep it under ${JSON_CHARS_MAX} characters as JSON`;
const HALVED = "leave out halves of characters (lone surrogates)";

const name = z.string().trim().min(1, "give it a name").max(200, "a name has 200 characters at most");
const tool = z.string().trim().min(1, "say which tool is called").max(2_000);
const args = z.record(z.string(), z.unknown()).refine(isShort, TOO_LONG).refine(isWhole, HALVED);
const expect = expectationSchema.refine(isShort, TOO_LONG).refine(isWhole, HALVED);

/** A case as people send it. */
export const caseSchema = z
  .object({
    name,
    /** The tool's name in the draft, or the key of its operation. */
    tool,
    arguments: args.default({}),
    expect: expect.default({ isError: false, contains: [] }),
  })
  .strict();
export type CaseInput = z.output<typeof caseSchema>;

const saveSchema = caseSchema.extend({ serverId: z.string() });
export type SaveEvalCaseInput = z.input<typeof saveSchema>;

export interface EvalCaseView {
  id: string;
  name: string;
  /** What the draft calls the tool, or what it was called when it was there. */
  tool: string;
  /** Null for a tool of several calls. */
  operation: string | null;
  /** Null where the draft has no such tool. */
  kind: ToolKind | null;
  /** Whether a person has to agree before the API is really called. */
  needsWord: boolean;
  /** Why it cannot be run on the draft, and what to do. */
  problem: string | null;
  arguments: Record<string, unknown>;
  expect: EvalCase["expect"];
  /** How the case as it is now ended the last time. `isCurrent`: what it was run on is still the draft, or still served. */
  lastRun: (LastRun & { isCurrent: boolean }) | null;
  createdBy: string | null;
  createdAt: Date;
  changedAt: Date;
}

/** The cases of a server, which are its suite, in the order of their names. They hold what somebody typed: they are for who may try tools. */
export async function listEvalCases({ ctx, input }: Call<{ serverId: string }>): Promise<EvalCaseView[]> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.serverId);
  return toViews(ctx, server, await readCases(ctx, server));
}

/** Keeps a call with what is expected of it. One whose tool the draft does not have is kept, too, and says so. */
export async function saveEvalCase({ ctx, input }: Call<SaveEvalCaseInput>): Promise<EvalCaseView> {
  authorize(ctx, "server.write");
  const { serverId, ...given } = parseInput(saveSchema, input);
  const server = await findServer(ctx, serverId);
  const { manifest } = await readDraft(ctx, server.id);
  const id = newId("evalCase");
  await orTaken(given.name, () =>
    ctx.db.$transaction(async (tx) => {
      if ((await tx.evalCase.count({ where: { serverId: server.id } })) >= EVAL_CASES_MAX) throw tooMany();
      await tx.evalCase.create({ data: { id, ...newRow(ctx, server, given, manifest.tools) } });
      await audit(tx, ctx, "evalCase.save", server.id, { name: given.name });
    }),
  );
  return readView(ctx, server, id);
}

const updateSchema = z
  .object({
    serverId: z.string(),
    id: z.string(),
    name: name.optional(),
    tool: tool.optional(),
    arguments: args.optional(),
    expect: expect.optional(),
  })
  .strict()
  .refine((given) => [given.name, given.tool, given.arguments, given.expect].some((one) => one !== undefined), {
    error: "say what is to change: name, tool, arguments or expect",
  });

/** Renames a case, or changes what it calls and expects: the last run was of what it was before, and is forgotten. */
export async function updateEvalCase({ ctx, input }: Call<z.input<typeof updateSchema>>): Promise<EvalCaseView> {
  authorize(ctx, "server.write");
  const { serverId, id, name, tool, arguments: args, expect } = parseInput(updateSchema, input);
  const server = await findServer(ctx, serverId);
  const row = await findCase(ctx, server, id);
  const called = tool === undefined ? {} : placeOf(tool, (await readDraft(ctx, server.id)).manifest.tools);
  const isOther = tool !== undefined || args !== undefined || expect !== undefined;
  await orTaken(name ?? row.name, () =>
    ctx.db.$transaction(async (tx) => {
      const { count } = await tx.evalCase.updateMany({
        where: { id: row.id },
        data: {
          ...(name === undefined ? {} : { name }),
          ...called,
          ...(args === undefined ? {} : { arguments: toJson(args) }),
          ...(expect === undefined ? {} : { expect: toJson(expect) }),
          ...(isOther ? { lastRun: Prisma.DbNull, changedAt: new Date() } : {}),
        },
      });
      if (count === 0) throw notFound("eval case");
      await audit(tx, ctx, "evalCase.update", server.id, { name: name ?? row.name });
    }),
  );
  return readView(ctx, server, row.id);
}

/** Removes a case. */
export async function removeEvalCase({ ctx, input }: Call<{ serverId: string; id: string }>): Promise<void> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.serverId);
  const row = await findCase(ctx, server, input.id);
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.evalCase.deleteMany({ where: { id: row.id } });
    if (count === 0) throw notFound("eval case");
    await audit(tx, ctx, "evalCase.remove", server.id, { name: row.name });
  });
}

/** Puts cases in the place of those of the same names, and adds the others, all or none. */
export async function putCases(
  ctx: Ctx,
  server: ServerRow,
  cases: readonly CaseInput[],
  tools: readonly Tool[],
): Promise<{ added: number; replaced: number }> {
  const put = async (tx: Tx) => {
    const names = cases.map(({ name }) => name);
    const where = { serverId: server.id, organizationId: ctx.organizationId };
    const { count: replaced } = await tx.evalCase.deleteMany({ where: { ...where, name: { in: names } } });
    if ((await tx.evalCase.count({ where })) + cases.length > EVAL_CASES_MAX) throw tooMany();
    await tx.evalCase.createMany({
      data: cases.map((one) => ({ id: newId("evalCase"), ...newRow(ctx, server, one, tools) })),
    });
    const done = { added: cases.length - replaced, replaced };
    await audit(tx, ctx, "evalCase.import", server.id, done);
    return done;
  };
  try {
    return await ctx.db.$transaction(put);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("conflict", "Somebody else saved a case of the same name at the same moment. Try again.");
  }
}

function newRow(
  ctx: Ctx,
  server: Pick<ServerRow, "id">,
  { name, tool, arguments: args, expect }: CaseInput,
  tools: readonly Tool[],
) {
  return {
    organizationId: ctx.organizationId,
    serverId: server.id,
    name,
    ...placeOf(tool, tools),
    arguments: toJson(args),
    expect: toJson(expect),
    createdById: ctx.actor.type === "user" ? ctx.actor.id : null,
  };
}

function placeOf(wanted: string, tools: readonly Tool[]): { operation: string; tool: string } {
  const { operation = wanted, name = wanted } = findTool({ operation: wanted, tool: wanted }, tools) ?? {};
  return { operation, tool: name };
}

export type CaseRow = Prisma.EvalCaseGetPayload<object>;

/** The tool that a case calls: that of its operation, else the one that clients know by its name. */
export function findTool(
  { operation, tool }: Pick<CaseRow, "operation" | "tool">,
  tools: readonly Tool[],
): Tool | undefined {
  return tools.find((one) => one.operation === operation) ?? tools.find(({ name }) => name === tool);
}

function operationOf({ operation }: Pick<CaseRow, "operation">): string | null {
  return operation.startsWith(`${COMPOSED} `) ? null : operation;
}

/** Why a case has nothing to call, and what to do. */
export function toolIsGone({ operation, tool }: Pick<CaseRow, "operation" | "tool">, where: string): string {
  const of = operation === tool || operationOf({ operation }) === null ? "" : ` (${operation})`;
  return `${where} has no tool "${tool}"${of}. If it has another name or address now, choose it for this case; if it was dropped, pick it again or remove the case.`;
}

export async function readCases(ctx: Ctx, server: Pick<ServerRow, "id">): Promise<CaseRow[]> {
  return ctx.db.evalCase.findMany({
    where: { serverId: server.id, organizationId: ctx.organizationId },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: EVAL_CASES_MAX,
  });
}

async function findCase(ctx: Ctx, server: Pick<ServerRow, "id">, id: string): Promise<CaseRow> {
  const row = await ctx.db.evalCase.findFirst({
    where: { id, serverId: server.id, organizationId: ctx.organizationId },
  });
  if (!row) throw notFound("eval case");
  return row;
}

async function readView(ctx: Ctx, server: ServerRow, id: string): Promise<EvalCaseView> {
  const [view] = await toViews(ctx, server, [await findCase(ctx, server, id)]);
  if (!view) throw notFound("eval case");
  return view;
}

async function toViews(ctx: Ctx, server: ServerRow, rows: readonly CaseRow[]): Promise<EvalCaseView[]> {
  if (rows.length === 0) return [];
  const [{ manifest }, people, served] = await Promise.all([
    readDraft(ctx, server.id),
    ctx.db.user.findMany({
      where: { id: { in: rows.flatMap(({ createdById }) => createdById ?? []) } },
      select: { id: true, name: true },
    }),
    server.publishedVersionId
      ? ctx.db.version.findUnique({ where: { id: server.publishedVersionId }, select: { number: true } })
      : null,
  ]);
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return rows.map((row) => {
    const tool = findTool(row, manifest.tools);
    const run = lastRunOf(row);
    const isCurrent = run?.on === "published" ? run.version === served?.number : isOfDraft(run, server.lock);
    return {
      id: row.id,
      name: row.name,
      tool: tool?.name ?? row.tool,
      operation: operationOf(tool ?? row),
      kind: tool ? toolKind(tool) : null,
      needsWord: tool ? needsWord(tool) : false,
      problem: tool ? null : toolIsGone(row, "The draft"),
      arguments: argumentsOf(row),
      expect: expectOf(row),
      lastRun: run && { ...run, isCurrent },
      createdBy: names.get(row.createdById ?? "") ?? null,
      createdAt: row.createdAt,
      changedAt: row.changedAt,
    };
  });
}

// Both are written through caseSchema only.
export function argumentsOf({ arguments: args }: CaseRow): Record<string, unknown> {
  return args as Record<string, unknown>;
}

export function expectOf({ expect }: CaseRow): EvalCase["expect"] {
  return expect as unknown as EvalCase["expect"];
}

function toJson(value: object): Prisma.InputJsonObject {
  return value as Prisma.InputJsonObject;
}

function tooMany(): AppError {
  return new AppError(
    "limit_exceeded",
    `A server has at most ${EVAL_CASES_MAX} eval cases. Remove one first; nothing was saved.`,
  );
}

async function orTaken(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("conflict", `There is an eval case "${name}" already. Choose another name.`, {
      issues: [{ field: "name", message: `there is an eval case "${name}" already; choose another name` }],
    });
  }
}
