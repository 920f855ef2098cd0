import { createHash } from "node:crypto";
import { compress, decompressJson, newId, type Tx } from "@portico/db";
import type { Compiled, Diagnostic } from "@portico/openapi";
import { AppError } from "../error.ts";

/** What a job reads: an address, or a text or file that was handed over. */
export type JobSource = ({ url: string } | { content: string | Uint8Array }) & {
  /** Other origins that references may be read from. */
  allowOrigins?: string[];
  /** Which file of a ZIP is the document. */
  entry?: string;
};

/** What reading and compiling a source gives; the worker does it in a thread with limits and hands the function in. */
export type CompileSource = (
  source: JobSource,
  onProgress: (message: string) => void,
) => Promise<
  { ok: true; compiled: Compiled; format: string; source: Uint8Array } | { ok: false; diagnostics: Diagnostic[] }
>;

/** Checks a stored source against the specification; the worker does it in a thread with limits. Never fails for what it reads. */
export type ValidateSource = (revision: { source: Uint8Array; format: string }) => Promise<Diagnostic[]>;

/** A revision ready to be written: compressed outside the transaction. */
export interface PreparedRevision {
  compiled: Compiled;
  row: {
    format: string;
    sha256: string;
    sourceBytes: number;
    source: Uint8Array<ArrayBuffer>;
    compiled: Uint8Array<ArrayBuffer>;
    operationCount: number;
    toolCount: number;
  };
}

/** Reads and compiles. A document that cannot be served at all is `invalid_input` with its diagnostics. */
export async function prepareRevision(
  compileSource: CompileSource,
  source: JobSource,
  onProgress: (message: string) => void,
): Promise<PreparedRevision> {
  const outcome = await compileSource(source, onProgress);
  if (!outcome.ok) throw refused(outcome.diagnostics);
  const { compiled } = outcome;
  if (compiled.tools.length === 0) {
    const why =
      compiled.diagnostics.find(({ severity }) => severity === "error")?.message ?? "It describes no operation.";
    throw new AppError("invalid_input", `No tool can be made of this document. ${why}`, {
      diagnostics: compiled.diagnostics.slice(0, 50),
    });
  }
  const [source_, compiled_] = await Promise.all([compress(outcome.source), compress(JSON.stringify(compiled))]);
  return {
    compiled,
    row: {
      format: outcome.format,
      sha256: createHash("sha256").update(outcome.source).digest("hex"),
      sourceBytes: outcome.source.byteLength,
      source: source_,
      compiled: compiled_,
      operationCount: compiled.operations.length,
      toolCount: compiled.tools.length,
    },
  };
}

function refused(diagnostics: Diagnostic[]): AppError {
  const first = diagnostics.find(({ severity }) => severity === "error") ?? diagnostics[0];
  return new AppError("invalid_input", first?.message ?? "This is not an API description that Portico can read.", {
    diagnostics: diagnostics.slice(0, 50),
  });
}

/**
 * Writes the document (unless it is there), its next revision, and the job that checks it later, whose id is the answer. Ids are chosen
 * by the caller, so that a job that runs twice writes once.
 */
export async function saveRevision(
  tx: Tx,
  {
    organizationId,
    documentId,
    revisionId,
    title,
    sourceUrl,
    prepared,
  }: {
    organizationId: string;
    documentId: string;
    revisionId: string;
    title: string;
    sourceUrl: string | null;
    prepared: PreparedRevision;
  },
): Promise<{ validationJobId: string }> {
  await tx.document.upsert({
    where: { id: documentId },
    create: { id: documentId, organizationId, title, sourceUrl },
    update: { title, ...(sourceUrl ? { sourceUrl } : {}) },
  });
  const latest = await tx.documentRevision.findFirst({
    where: { documentId },
    orderBy: { number: "desc" },
    select: { number: true },
  });
  await tx.documentRevision.create({
    data: { id: revisionId, organizationId, documentId, number: (latest?.number ?? 0) + 1, ...prepared.row },
  });
  await tx.document.update({ where: { id: documentId }, data: { currentRevisionId: revisionId } });
  const validationJobId = newId("job");
  await tx.job.create({
    data: { id: validationJobId, organizationId, kind: "validate-document", input: { revisionId } },
  });
  return { validationJobId };
}

/** The compiler's output of a stored revision. */
export async function openCompiled(row: { compiled: Uint8Array }): Promise<Compiled> {
  return decompressJson<Compiled>(row.compiled);
}

/** What the later check found; nothing while it has not run. */
export function findingsOf(row: { findings: unknown }): Diagnostic[] {
  // Written by validate-document only.
  return (row.findings as Diagnostic[] | null) ?? [];
}
