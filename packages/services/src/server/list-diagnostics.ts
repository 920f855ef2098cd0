import { assembledKey, type Diagnostic, splitKey } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { isValidated } from "../document/list-findings.ts";
import { positioned, positionsOf } from "../document/positions.ts";
import { findingsOf } from "../document/revision.ts";
import { readDocuments } from "./documents.ts";
import { findServer } from "./find-server.ts";

/** What could not be kept of the revisions that a server's draft is built from, and what the check against the specification found. */
export async function listDiagnostics({
  ctx,
  input,
}: Call<{ serverId: string }>): Promise<{ isValidated: boolean; items: Diagnostic[] }> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const [{ diagnostics }, revisions] = await Promise.all([
    readDocuments(ctx, server.documents),
    ctx.db.documentRevision.findMany({
      where: { id: { in: server.documents.map(({ revisionId }) => revisionId) } },
      select: { id: true, findings: true, positions: true, createdAt: true },
    }),
  ]);
  const rowOf = (revisionId: string | undefined) => revisions.find(({ id }) => id === revisionId);
  const keys = server.documents.map(({ key }) => key);
  // Of several documents, what is said of one as a whole names no operation that would tell which.
  const revisionOf = ({ operation }: Diagnostic) => {
    const key = operation === undefined ? undefined : splitKey(operation, keys).document;
    const [only] = server.documents;
    return (server.documents.length === 1 ? only : server.documents.find((one) => one.key === key))?.revisionId;
  };
  const compiled = diagnostics.flatMap((diagnostic) =>
    positioned([diagnostic], positionsOf(rowOf(revisionOf(diagnostic)) ?? { positions: null })),
  );
  const findings = server.documents.flatMap(({ key, revisionId }) =>
    findingsOf(rowOf(revisionId) ?? { findings: null }).map((finding) =>
      finding.operation === undefined ? finding : { ...finding, operation: assembledKey(key, finding.operation) },
    ),
  );
  return { isValidated: revisions.every(isValidated), items: [...compiled, ...findings] };
}
