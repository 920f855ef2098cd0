import type { Tool } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";
import { openCompiled } from "./revision.ts";

/** The tool that one operation of a document becomes, as a model sees it: the picker's peek. */
export async function getDocumentTool({
  ctx,
  input,
}: Call<{ documentId: string; operation: string }>): Promise<Omit<Tool, "plan">> {
  authorize(ctx, "server.read");
  const document = await ctx.db.document.findFirst({
    where: { id: input.documentId, organizationId: ctx.organizationId },
    select: { currentRevisionId: true },
  });
  const revision = document?.currentRevisionId
    ? await ctx.db.documentRevision.findUnique({
        where: { id: document.currentRevisionId },
        select: { compiled: true },
      })
    : null;
  const found = revision && (await openCompiled(revision)).tools.find(({ operation }) => operation === input.operation);
  if (!found) throw notFound("tool");
  const { plan: _plan, ...tool } = found;
  return tool;
}
