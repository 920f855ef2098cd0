import { applyOverrides, assembledKey, type Operation, type Override } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { type ToolView, toolView } from "../document/tool-view.ts";
import { openParts, readDocuments } from "./documents.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { describeHeld, type HeldView } from "./held.ts";
import { listedTokens } from "./manifest.ts";
import { readOverrides } from "./override.ts";
import type { RevisionView } from "./review-upgrade.ts";

export interface DraftTool {
  operation: Operation;
  isSelected: boolean;
  /** Absent when the operation was skipped. */
  tool?: ToolView;
  override?: Omit<Override, "operation">;
  /** The earlier revision of the document that it is held back at. */
  heldAt?: RevisionView & {
    /** The document has it no more. */
    isGone: boolean;
    /** The key that the document has it under now. */
    successor?: string;
  };
}

/** Every operation of the draft, with the tool it becomes. A tool has as many tokens as its version counts. */
export async function listTools({ ctx, input }: Call<{ serverId: string }>): Promise<DraftTool[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const [compiled, overrides, held] = await Promise.all([
    readDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
    describeHeld(ctx, server.documents),
  ]);
  const heldAt = held.size > 0 ? await readHeldAt(ctx, server, held) : new Map<string, DraftTool["heldAt"]>();
  const tools = new Map(applyOverrides(compiled.tools, overrides).map((tool) => [tool.operation, tool]));
  const generated = new Map(compiled.tools.map((tool) => [tool.operation, tool]));
  const overrideOf = new Map(overrides.map(({ operation, ...patch }) => [operation, patch]));
  const selected = new Set(server.selection as string[]);
  return compiled.operations.map((operation) => {
    const tool = tools.get(operation.key);
    const override = overrideOf.get(operation.key);
    const revision = heldAt.get(operation.key);
    return {
      operation,
      isSelected: selected.has(operation.key),
      ...(tool
        ? { tool: toolView({ ...tool, tokens: listedTokens(tool, server.dialect) }, generated.get(operation.key)) }
        : {}),
      ...(override ? { override } : {}),
      ...(revision ? { heldAt: revision } : {}),
    };
  });
}

async function readHeldAt(
  ctx: Ctx,
  { documents }: Pick<ServerRow, "documents">,
  held: ReadonlyMap<string, HeldView[]>,
): Promise<Map<string, DraftTool["heldAt"]>> {
  const holding = documents.filter(({ documentId }) => held.has(documentId));
  const parts = await openParts(ctx, holding, new Set());
  const gone = new Set(parts.flatMap(({ key, gone }) => [...gone].map((one) => assembledKey(key, one))));
  const successors = new Map(
    parts.flatMap(({ key, successors }) =>
      [...successors].map(([from, to]): [string, string] => [assembledKey(key, from), assembledKey(key, to)]),
    ),
  );
  return new Map(
    [...held.values()].flat().map(({ operation, revision }) => {
      const successor = successors.get(operation);
      return [operation, { ...revision, isGone: gone.has(operation), ...(successor ? { successor } : {}) }];
    }),
  );
}
