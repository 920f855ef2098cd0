import { compress, decompress } from "@portico/db";
import { estimateTokens } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { findServer } from "../server/find-server.ts";

/** Characters of a sample; a few pages of a list are enough to shape by. */
export const SAMPLE_CHARS_MAX = 200_000;

const schema = z
  .object({
    serverId: z.string(),
    operation: z.string().min(1).max(2_000),
    arguments: z.record(z.string(), z.unknown()).default({}),
    status: z.number().int().min(200).max(599),
    contentType: z.string().max(200),
    body: z.string().max(SAMPLE_CHARS_MAX, `keep at most ${SAMPLE_CHARS_MAX} characters`),
  })
  .strict();

export interface ToolSampleView {
  arguments: Record<string, unknown>;
  status: number;
  contentType: string;
  body: string;
  tokens: number;
  keptAt: Date;
}

/** Keeps an answer for a tool, in the place of the one before: to shape answers by, and to try the tool without calling the API. */
export async function keepSample({ ctx, input }: Call<z.input<typeof schema>>): Promise<void> {
  authorize(ctx, "server.write");
  const { serverId, operation, body, ...sample } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const bytes = await compress(body);
  const data = { ...sample, arguments: sample.arguments as object, body: bytes, keptAt: new Date() };
  await ctx.db.$transaction(async (tx) => {
    const key = { serverId: server.id, operation };
    await tx.toolSample.upsert({
      where: { serverId_operation: key },
      create: { ...key, organizationId: ctx.organizationId, ...data },
      update: data,
    });
    await audit(tx, ctx, "sample.keep", server.id, { operation });
  });
}

/** The sample of a tool, or null. */
export async function readSample({
  ctx,
  input,
}: Call<{ serverId: string; operation: string }>): Promise<ToolSampleView | null> {
  // What an API answered may be nobody's business who may not call it.
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.serverId);
  const row = await ctx.db.toolSample.findUnique({
    where: { serverId_operation: { serverId: server.id, operation: input.operation } },
  });
  if (!row) return null;
  const body = (await decompress(row.body)).toString("utf8");
  return {
    arguments: row.arguments as Record<string, unknown>,
    status: row.status,
    contentType: row.contentType,
    body,
    tokens: estimateTokens(body),
    keptAt: row.keptAt,
  };
}

/** Forgets the sample of a tool. */
export async function removeSample({ ctx, input }: Call<{ serverId: string; operation: string }>): Promise<void> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.serverId);
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.toolSample.deleteMany({ where: { serverId: server.id, operation: input.operation } });
    if (count === 0) throw notFound("sample");
    await audit(tx, ctx, "sample.remove", server.id, { operation: input.operation });
  });
}
