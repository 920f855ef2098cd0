import { decompress, newId, type Prisma, type Tx } from "@portico/db";
import { type Compiled, type Diagnostic, openCompiled as openCompiledJson, positionText } from "@portico/openapi";
import { AppError } from "../error.ts";
import { type RevisionPositions, storedPositions } from "./positions.ts";

/** What a job reads: an address, or a text or file that was handed over. */
export type JobSource = ({ url: string } | { content: string | Uint8Array }) & {
  /** Other origins that references may be read from. */
  allowOrigins?: string[];
  /** Which file of a ZIP is the document. */
  entry?: string;
};

/** A document that was read and compiled, as it is stored: whoever waits for it has nothing heavy left to do. */
export interface CompiledSource {
  ok: true;
  title: string;
  format: string;
  /** Of the source. */
  sha256: string;
  sourceBytes: number;
  /** The document and the files it refers to as JSON, gzip. */
  source: Uint8Array<ArrayBuffer>;
  /** The text that the document was read from, gzip; null for what was converted. */
  text: Uint8Array<ArrayBuffer> | null;
  /** Where in it the diagnostics stand. */
  positions: RevisionPositions;
  /** The compiler's text, gzip. */
  compiled: Uint8Array<ArrayBuffer>;
  operationCount: number;
  toolCount: number;
  /** The first ones. */
  diagnostics: Diagnostic[];
}

/** Reads and compiles a source; the worker does it in a thread with limits and hands the function in. */
export type CompileSource = (
  source: JobSource,
  onProgress: (message: string) => void,
) => Promise<CompiledSource | { ok: false; diagnostics: Diagnostic[] }>;

/** Checks a stored source against the specification; the worker does it in a thread with limits. Never fails for what it reads. */
export type ValidateSource = (revision: {
  source: Uint8Array;
  format: string;
  /** Where its lines are counted. */
  text: Uint8Array | null;
  file?: string;
}) => Promise<Diagnostic[]>;

/** A revision ready to be written. */
export interface PreparedRevision {
  title: string;
  row: Omit<CompiledSource, "ok" | "title" | "diagnostics">;
}

/** Reads and compiles. A document that cannot be served at all is `invalid_input` with its diagnostics. */
export async function prepareRevision(
  compileSource: CompileSource,
  source: JobSource,
  onProgress: (message: string) => void,
): Promise<PreparedRevision> {
  const outcome = await compileSource(source, onProgress);
  if (!outcome.ok) throw refused(outcome.diagnostics);
  const { ok: _ok, title, diagnostics, ...row } = outcome;
  if (row.toolCount === 0) {
    const first = diagnostics.find(({ severity }) => severity === "error");
    const why = first ? sentenceOf(first) : "It describes no operation.";
    throw new AppError("invalid_input", `No tool can be made of this document. ${why}`, {
      diagnostics: diagnostics.slice(0, 50),
    });
  }
  return { title, row };
}

function refused(diagnostics: Diagnostic[]): AppError {
  const first = diagnostics.find(({ severity }) => severity === "error") ?? diagnostics[0];
  return new AppError(
    "invalid_input",
    first ? sentenceOf(first) : "This is not an API description that Portico can read.",
    {
      diagnostics: diagnostics.slice(0, 50),
    },
  );
}

/** What is wrong, after where it is: who reads a message alone finds the place too. */
function sentenceOf({ message, position }: Diagnostic): string {
  return position ? `${capitalized(positionText(position))}: ${message}` : message;
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
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
    data: { id: revisionId, organizationId, documentId, number: (latest?.number ?? 0) + 1, ...columnsOf(prepared.row) },
  });
  await tx.document.update({ where: { id: documentId }, data: { currentRevisionId: revisionId } });
  const validationJobId = newId("job");
  await tx.job.create({
    data: { id: validationJobId, organizationId, kind: "validate-document", input: { revisionId } },
  });
  return { validationJobId };
}

function columnsOf({ positions, ...row }: PreparedRevision["row"]) {
  return { ...row, positions: storedPositions(positions) };
}

/** The compiler's output of a stored revision, with all its tools or those of some operations. Nobody may change it. */
export async function openCompiled(row: { compiled: Uint8Array }, select?: ReadonlySet<string>): Promise<Compiled> {
  return openCompiledJson(await decompress(row.compiled), select);
}

/** A diagnostic as a row keeps it. */
export function toJson(diagnostic: Diagnostic): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(diagnostic)) as Prisma.InputJsonObject;
}

/** What the later check found; nothing while it has not run. */
export function findingsOf(row: { findings: unknown }): Diagnostic[] {
  // Written by validate-document only.
  return (row.findings as Diagnostic[] | null) ?? [];
}
