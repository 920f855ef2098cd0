import type { Prisma } from "@portico/db";
import type { Deps } from "../context.ts";
import { recordFailedCheck } from "../document/check-documents.ts";

export interface FailedJob {
  id: string;
  kind: string;
  input: Prisma.JsonValue;
  attempts: number;
}

/** Ends a running job as failed, unless another worker has taken it over, and says so where people look for what it was about. `payload` is what it quotes, sealed. */
export async function endFailed(
  { db }: Pick<Deps, "db">,
  { id, kind, input, attempts }: FailedJob,
  error: { code: string; message: string; details?: Prisma.InputJsonValue },
  payload: Uint8Array<ArrayBuffer> | null = null,
): Promise<void> {
  const { count } = await db.job.updateMany({
    where: { id, state: "running", attempts },
    data: { state: "failed", error, finishedAt: new Date(), payload, leaseUntil: null },
  });
  if (count === 0 || kind !== "check-document") return;
  const { documentId } = input as { documentId: string };
  await recordFailedCheck(db, documentId, error.message);
}
