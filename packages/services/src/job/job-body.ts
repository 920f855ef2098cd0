import type { Prisma, Tx } from "@portico/db";
import type { Ctx } from "../context.ts";
import type { CompileSource } from "../document/revision.ts";

/** What a kind of job does: the slow part outside any transaction, and the writing of its result inside the one that ends the job. */
export type JobBody = (work: {
  ctx: Ctx;
  input: Record<string, unknown>;
  source: { url: string } | { content: string };
  compileSource: CompileSource;
  onProgress: (message: string) => void;
}) => Promise<(tx: Tx) => Promise<Prisma.InputJsonObject>>;
