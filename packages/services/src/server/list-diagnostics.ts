import { assembledKey, type Diagnostic } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { isValidated } from "../document/list-findings.ts";
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
      select: { id: true, findings: true, createdAt: true },
    }),
  ]);
  const findings = server.documents.flatMap(({ key, revisionId }) =>
    findingsOf(revisions.find(({ id }) => id === revisionId) ?? { findings: null }).map((finding) =>
      finding.operation === undefined ? finding : { ...finding, operation: assembledKey(key, finding.operation) },
    ),
  );
  return { isValidated: revisions.every(isValidated), items: [...diagnostics, ...findings] };
}
