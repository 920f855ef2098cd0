import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { readOutline } from "./documents.ts";
import { findServer } from "./find-server.ts";

/** More tools, or more tokens, are better searched than listed. */
export const LISTED_TOOLS_MAX = 100;
export const LISTED_TOKENS_MAX = 40_000;

export interface DraftSize {
  tools: number;
  /** Estimated: what a list of all of them costs a model. */
  tokens: number;
}

/** How much the picked tools of a draft are, as the document has them. */
export async function measureDraft({ ctx, input }: Call<{ serverId: string }>): Promise<DraftSize> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const picked = new Set(server.selection as string[]);
  const { operations } = await readOutline(ctx, server.documents);
  const chosen = operations.filter(({ key, toolName }) => toolName !== undefined && picked.has(key));
  const tokens = chosen.reduce((sum, operation) => sum + (operation.tokens ?? 0), 0);
  return { tools: chosen.length, tokens };
}
