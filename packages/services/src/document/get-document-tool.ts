import type { Tool } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";
import { readCompiled } from "./read-compiled.ts";

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
  if (!document?.currentRevisionId) throw notFound("document");
  const { tools } = await readCompiled(ctx, document.currentRevisionId);
  const found = tools.find(({ operation }) => operation === input.operation);
  if (!found) throw notFound("tool");
  const { plan: _plan, ...tool } = found;
  return tool;
}
