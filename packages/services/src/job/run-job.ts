import { actIn, type Deps } from "../context.ts";
import type { CompileSource, JobSource, ValidateSource } from "../document/revision.ts";
import { AppError } from "../error.ts";
import { type EndedSignIn, giveBack } from "../profile/ended-sign-ins.ts";
import { announceCredentials } from "../server/credential.ts";
import { announceServer } from "../server/version.ts";
import { checkDocumentJob } from "./check-document-job.ts";
import { sealExcerpts } from "./excerpts.ts";
import { endFailed, type FailedJob } from "./fail-job.ts";
import { announce } from "./get-job.ts";
import { importDocumentJob } from "./import-document-job.ts";
import type { Afterwards, JobBody } from "./job-body.ts";
import { openPayload } from "./payload.ts";
import { publishJob } from "./publish-job.ts";
import { askedSchema, enqueueJob, type JobKind, queueOf } from "./start-job.ts";
import { tellDocumentChangedJob } from "./tell-document-changed-job.ts";
import { tellQuotaJob } from "./tell-quota-job.ts";
import { validateDocumentJob } from "./validate-document-job.ts";

export const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
/** A job that lost its worker this often is given up: it is what kills the worker. */
export const ATTEMPTS_MAX = 5;
/** An unexpected error (a database that restarts, say) is tried again this often before the job fails. */
const RETRIES_MAX = 3;
const RETRY_MS = 1_000;

const bodies: Record<JobKind, JobBody> = {
  "import-document": importDocumentJob,
  publish: publishJob,
  "validate-document": validateDocumentJob,
  "check-document": checkDocumentJob,
  "tell-document-changed": tellDocumentChangedJob,
  "tell-quota": tellQuotaJob,
};

/** Who only imports has no validator: the check then finds nothing. */
const noValidation: ValidateSource = async () => [];

/**
 * Runs a job that waits or has lost its worker. May be called any number of times for the same job: the claim is atomic, and what
 * a job writes is written in the transaction that marks it done, so that a killed worker leaves nothing half-done.
 */
export async function runJob(
  deps: Deps,
  {
    jobId,
    compileSource,
    validateSource = noValidation,
    onBug,
  }: {
    jobId: string;
    compileSource: CompileSource;
    validateSource?: ValidateSource;
    onBug: (error: unknown) => void;
  },
): Promise<void> {
  const job = await claim(deps, jobId);
  if (!job) return;
  const { askedBy, askedFrom } = askedSchema.parse(job.input);
  const ctx = actIn(deps, {
    organizationId: job.organizationId,
    actor: { type: "system" },
    ...(askedBy ? { askedBy } : {}),
    ...(askedFrom ? { ip: askedFrom } : {}),
  });
  const renewal = setInterval(() => void renew(deps, jobId).catch(() => {}), RENEW_MS);
  let lastProgress = Promise.resolve();
  let serverId: string | undefined;
  const onProgress = (message: string) => {
    lastProgress = lastProgress.then(() => reportProgress(deps, jobId, message)).catch(() => {});
  };
  try {
    const input = job.input as Record<string, unknown>;
    const source: JobSource = {
      ...(job.payload ? { content: await openPayload(deps.vault, jobId, job.payload) } : { url: String(input.url) }),
      ...(input.sourceOptions as Pick<JobSource, "allowOrigins" | "entry"> | undefined),
    };
    const body = bodies[job.kind as JobKind];
    const write = await body({ ctx, input, source, compileSource, validateSource, onProgress });
    const following: [id: string, kind: JobKind][] = [];
    const ended: EndedSignIn[] = [];
    const afterwards: Afterwards = {
      follow: (id, kind) => void following.push([id, kind]),
      giveBack: (more) => void ended.push(...more),
    };
    await lastProgress;
    onProgress("Saving");
    await lastProgress;
    await deps.db.$transaction(
      async (tx) => {
        const result = await write(tx, afterwards);
        const { count } = await tx.job.updateMany({
          where: { id: jobId, state: "running", attempts: job.attempts },
          data: { state: "done", result, finishedAt: new Date(), payload: null, leaseUntil: null },
        });
        if (count === 0) throw new Superseded();
        serverId = (result.server as { id?: string } | undefined)?.id;
      },
      { timeout: 60_000 },
    );
    // Lost ones are found by the reconciler.
    for (const [id, kind] of following) await enqueueJob(deps, kind, id);
    await giveBack(deps, ended);
    if (serverId) {
      await announceServer(deps, serverId);
      // Who may use it can be another, too.
      await deps.state.publish("access-changed", jobId).catch(() => {});
      await announceCredentials(deps, serverId).catch(() => {});
    }
  } catch (error) {
    if (error instanceof Superseded) return; // Cancelled, or another worker took over: nothing was written.
    if (!(error instanceof AppError)) {
      onBug(error);
      if (job.attempts < RETRIES_MAX) return await release(deps, job);
    } else if (error.code === "conflict" && job.attempts < RETRIES_MAX) {
      // Somebody wrote meanwhile what it was about to write.
      return await release(deps, job);
    }
    await fail(deps, job, error);
  } finally {
    clearInterval(renewal);
    await announce(deps, jobId);
  }
}

class Superseded extends Error {}

async function claim(deps: Deps, jobId: string) {
  const now = new Date();
  const claimed = await deps.db.job.updateManyAndReturn({
    where: {
      id: jobId,
      attempts: { lt: ATTEMPTS_MAX },
      OR: [{ state: "queued" }, { state: "running", leaseUntil: { lt: now } }],
    },
    data: {
      state: "running",
      attempts: { increment: 1 },
      leaseUntil: new Date(now.getTime() + LEASE_MS),
      progress: { message: "Starting" },
    },
  });
  if (claimed[0]) await announce(deps, jobId);
  return claimed[0];
}

async function renew({ db }: Deps, jobId: string): Promise<void> {
  await db.job.updateMany({
    where: { id: jobId, state: "running" },
    data: { leaseUntil: new Date(Date.now() + LEASE_MS) },
  });
}

async function reportProgress(deps: Deps, jobId: string, message: string): Promise<void> {
  await deps.db.job.updateMany({ where: { id: jobId, state: "running" }, data: { progress: { message } } });
  await announce(deps, jobId);
}

/** Puts a job back. When even that fails, its lease runs out and the reconciler finds it. */
async function release(
  deps: Deps,
  { id: jobId, kind, attempts }: { id: string; kind: string; attempts: number },
): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempts));
  await deps.db.job.updateMany({
    where: { id: jobId, state: "running", attempts },
    data: { state: "queued", leaseUntil: null, progress: { message: "Trying again" } },
  });
  await deps.jobs.enqueue(queueOf(kind), { jobId }, { id: `${jobId}.${attempts}` });
}

async function fail(deps: Deps, job: FailedJob, error: unknown): Promise<void> {
  const known = error instanceof AppError;
  const { details, payload } = await sealExcerpts(deps.vault, job.id, known ? error.details : undefined);
  await endFailed(
    deps,
    job,
    {
      code: known ? error.code : "internal",
      message: known
        ? error.message
        : "Something went wrong on our side; nothing was changed. Try again, and tell the operator if it happens again.",
      ...(details === undefined ? {} : { details }),
    },
    payload,
  );
}
