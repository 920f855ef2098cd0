import type { Diagnostic } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { isValidated } from "../document/list-findings.ts";
import { readCompiled } from "../document/read-compiled.ts";
import { findingsOf } from "../document/revision.ts";
import { findServer } from "./find-server.ts";

/** What could not be kept of the revision that a server's draft is built from, and what the check against the specification found. */
export async function listDiagnostics({
  ctx,
  input,
}: Call<{ serverId: string }>): Promise<{ isValidated: boolean; items: Diagnostic[] }> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const [{ diagnostics }, revision] = await Promise.all([
    readCompiled(ctx, server.revisionId),
    ctx.db.documentRevision.findUniqueOrThrow({
      where: { id: server.revisionId },
      select: { findings: true, createdAt: true },
    }),
  ]);
  return { isValidated: isValidated(revision), items: [...diagnostics, ...findingsOf(revision)] };
}
