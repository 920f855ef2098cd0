import { KNOWN_CLIENTS } from "@portico/mcp";
import {
  type Finding,
  type Grade,
  gradeTools,
  lintOffers,
  lintTools,
  mergePatch,
  type Override,
} from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { bindComposedTools, COMPOSED, type ComposedTool } from "./composed-tools.ts";
import { readDocuments } from "./documents.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { draftTools } from "./manifest.ts";
import { LISTED_TOKENS_MAX } from "./measure-draft.ts";
import { readOverrides, writeEdits } from "./override.ts";
import type { ServerPrompt, ServerResource } from "./prompts-resources.ts";

const FIXES_MAX = 5_000;

export interface LintReport {
  grade: Grade;
  /** Out of 100. */
  score: number;
  /** By operation. */
  tools: Record<string, { grade: Grade; score: number }>;
  /** Those of the server as a whole first, then in the order of the tools. */
  findings: Finding[];
}

/** How well models can choose and call the tools that the next version of a server would have. Nothing is written. */
export async function lintServer({ ctx, input }: Call<{ serverId: string }>): Promise<LintReport> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  return lint(ctx, server, await readOverrides(ctx.db, server.id));
}

async function lint(ctx: Ctx, server: ServerRow, overrides: Override[]): Promise<LintReport> {
  const compiled = await readDocuments(ctx, server.documents);
  const own = bindComposedTools(server.composedTools as unknown as ComposedTool[], compiled, overrides).tools;
  const tools = [...draftTools(compiled, server.selection as string[], overrides), ...own];
  // What is found by searching is in no list.
  const isListed = server.toolMode === "list";
  const clientLimits = KNOWN_CLIENTS.flatMap(({ label, toolsMax }) =>
    toolsMax && isListed ? [{ label, toolsMax }] : [],
  );
  const listTokensMax = isListed ? LISTED_TOKENS_MAX : Number.POSITIVE_INFINITY;
  const ofTools = lintTools(tools, { clientLimits, listTokensMax }).map(ofOwn);
  const ofOffers = lintOffers({
    prompts: server.prompts as unknown as ServerPrompt[],
    resources: server.resources as unknown as ServerResource[],
  });
  // What people choose by is no mark of the tools; what speaks to the model is in the same conversation.
  const graded = [...ofTools, ...ofOffers.filter(({ code }) => code === "suspicious-text")];
  return { ...gradeTools(tools, graded), findings: [...ofTools, ...ofOffers] };
}

/** A tool of several calls is its builder's, who mends it where it is edited: no edit of a document's tool does. */
export function ofOwn(finding: Finding): Finding {
  const { operation = "" } = finding;
  if (!operation.startsWith(`${COMPOSED} `)) return finding;
  const { fix: _fix, ...rest } = finding;
  return { ...rest, item: { list: "composedTools", key: operation.slice(COMPOSED.length + 1) } };
}

const fixSchema = z
  .object({ serverId: z.string(), findings: z.array(z.string().min(1).max(3_000)).min(1).max(FIXES_MAX) })
  .strict();

export interface AppliedFixes {
  /** Ids of the findings whose fix was merged into its tool's edit. */
  fixed: string[];
  /** What the edits of these tools were before: sent back one by one, they undo it. */
  previous: { operation: string; patch: Omit<Override, "operation"> }[];
  /** Of the draft as it is now: whoever takes this back with it overwrites nothing that came later. */
  lock: number;
}

/**
 * Merges the fixes of some findings into the edits of their tools; served from the next publish on. What was found before and is gone is
 * left out; when nothing is left, or one has no fix, nothing is written.
 */
export async function fixFindings({ ctx, input }: Call<z.input<typeof fixSchema>>): Promise<AppliedFixes> {
  authorize(ctx, "server.write");
  const { serverId, findings: wanted } = parseInput(fixSchema, input);
  const server = await findServer(ctx, serverId);
  const overrides = await readOverrides(ctx.db, server.id);
  const found = new Map((await lint(ctx, server, overrides)).findings.map((finding) => [finding.id, finding]));
  const chosen = [...new Set(wanted)].flatMap((id) => found.get(id) ?? []);
  const hopeless = chosen.find(({ fix }) => !fix);
  if (hopeless)
    throw new AppError("invalid_input", `findings: nobody but a person can mend "${hopeless.id}". ${hopeless.message}`);
  if (chosen.length === 0)
    throw new AppError("precondition_failed", "Nothing of this is found any more. Look at the findings again.");
  const before = new Map(overrides.map(({ operation, ...patch }) => [operation, patch]));
  const after = new Map<string, Omit<Override, "operation">>();
  for (const { operation = "", fix } of chosen)
    after.set(operation, mergePatch(after.get(operation) ?? before.get(operation) ?? {}, fix?.patch ?? {}));
  const edits = [...after].map(([operation, patch]) => ({ operation, patch }));
  await writeEdits(ctx, server, edits, { lock: server.lock });
  return {
    fixed: chosen.map(({ id }) => id),
    previous: edits.map(({ operation }) => ({ operation, patch: before.get(operation) ?? {} })),
    lock: server.lock + 1,
  };
}
