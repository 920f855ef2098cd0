import { newId, type Prisma, type Tx } from "@portico/db";
import type { Diagnostic, Position } from "@portico/openapi";
import type { PreparedRevision } from "./revision.ts";

/** Where the diagnostics of a revision stand in the text that it was read from, by JSON pointer. */
export interface RevisionPositions {
  /** Which file of several it was. */
  file?: string;
  at: Record<string, Position>;
}

/** The positions that are stored with a revision; nothing in those of older ones. Written by what saves a revision only. */
export function positionsOf({ positions }: { positions: unknown }): RevisionPositions {
  return (positions as RevisionPositions | null) ?? { at: {} };
}

/** Diagnostics of the compiler, with where they stand. */
export function positioned(diagnostics: readonly Diagnostic[], { at }: RevisionPositions): Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const position =
      diagnostic.position ?? (Object.hasOwn(at, diagnostic.pointer) ? at[diagnostic.pointer] : undefined);
    return position ? { ...diagnostic, position } : diagnostic;
  });
}

/** As it is stored. */
export function storedPositions(positions: RevisionPositions): Prisma.InputJsonObject {
  return {
    ...positions,
    at: Object.fromEntries(Object.entries(positions.at).map(([pointer, one]) => [pointer, stored(one)])),
  };
}

function stored({ excerpt, ...position }: Position): Prisma.InputJsonObject {
  return { ...position, ...(excerpt ? { excerpt: { ...excerpt } } : {}) };
}

/**
 * The same document in another text, with a comment more or other line ends: its lines are those of the new one. Writes the job that finds
 * them for the check against the specification; its id is the answer.
 */
export async function replaceText(
  tx: Tx,
  { organizationId, revisionId, row }: { organizationId: string; revisionId: string; row: PreparedRevision["row"] },
): Promise<{ validationJobId: string }> {
  const { text, positions } = row;
  await tx.documentRevision.update({
    where: { id: revisionId },
    data: { text, positions: storedPositions(positions) },
  });
  const validationJobId = newId("job");
  await tx.job.create({
    data: { id: validationJobId, organizationId, kind: "validate-document", input: { revisionId } },
  });
  return { validationJobId };
}
