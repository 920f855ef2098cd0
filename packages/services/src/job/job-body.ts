import type { Prisma, Tx } from "@portico/db";
import type { Ctx } from "../context.ts";
import type { CompileSource, JobSource, ValidateSource } from "../document/revision.ts";
import type { EndedSignIn } from "../profile/ended-sign-ins.ts";
import type { JobKind } from "./start-job.ts";

/** What a kind of job does: the slow part outside any transaction, and the writing of its result inside the one that ends the job. */
export type JobBody = (work: {
  ctx: Ctx;
  input: Record<string, unknown>;
  source: JobSource;
  compileSource: CompileSource;
  validateSource: ValidateSource;
  onProgress: (message: string) => void;
}) => Promise<(tx: Tx, afterwards: Afterwards) => Promise<Prisma.InputJsonObject>>;

/** What is to be done once the transaction has been committed. */
export interface Afterwards {
  /** Enqueues a job that was written in it. */
  follow(jobId: string, kind: JobKind): void;
  /** Gives sign-ins back that it ended. */
  giveBack(ended: readonly EndedSignIn[]): void;
}
