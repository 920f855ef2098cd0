import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";
import { readCompiled } from "./read-compiled.ts";
import { type ToolView, toolView } from "./tool-view.ts";

/** The tool that one operation of a document becomes, as a model sees it: the picker's peek. */
export async function getDocumentTool({
  ctx,
  input,
}: Call<{ documentId: string; operation: string }>): Promise<ToolView> {
  authorize(ctx, "server.read");
  const document = await ctx.db.document.findFirst({
    where: { id: input.documentId, organizationId: ctx.organizationId },
    select: { currentRevisionId: true },
  });
  if (!document?.currentRevisionId) throw notFound("document");
  const { tools } = await readCompiled(ctx, document.currentRevisionId);
  const found = tools.find(({ operation }) => operation === input.operation);
  if (!found) throw notFound("tool");
  return toolView(found);
}
