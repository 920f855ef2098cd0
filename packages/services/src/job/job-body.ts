import type { Prisma, Tx } from "@portico/db";
import type { Ctx } from "../context.ts";
import type { CompileSource, JobSource, ValidateSource } from "../document/revision.ts";
import type { JobKind } from "./start-job.ts";

/** What a kind of job does: the slow part outside any transaction, and the writing of its result inside the one that ends the job. */
export type JobBody = (work: {
  ctx: Ctx;
  input: Record<string, unknown>;
  source: JobSource;
  compileSource: CompileSource;
  validateSource: ValidateSource;
  onProgress: (message: string) => void;
}) => Promise<(tx: Tx, follow: Follow) => Promise<Prisma.InputJsonObject>>;

/** Names a job, written in the same transaction, that is to be enqueued once that has been committed. */
export type Follow = (jobId: string, kind: JobKind) => void;
