import { type EvalSuite, parseSuite } from "@portico/evals";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { findServer } from "../server/find-server.ts";
import { readDraft } from "../server/review-publish.ts";
import { argumentsOf, caseSchema, expectOf, findTool, putCases, readCases } from "./eval-cases.ts";

/** The cases of a server as a file that `portico eval run` takes, with the names that tools have in the draft. `conflict` when there is none. */
export async function exportEvalSuite({ ctx, input }: Call<{ serverId: string }>): Promise<EvalSuite> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.serverId);
  const rows = await readCases(ctx, server);
  if (rows.length === 0)
    throw new AppError("conflict", "There is no eval case to export yet. Try a tool, and save the call as a case.");
  const { manifest } = await readDraft(ctx, server.id);
  return {
    name: server.title.slice(0, 200),
    cases: rows.map((row) => ({
      name: row.name,
      call: { tool: findTool(row, manifest.tools)?.name ?? row.tool, args: argumentsOf(row) },
      expect: expectOf(row),
    })),
  };
}

export interface ImportedSuite {
  added: number;
  replaced: number;
  /** Names of cases whose tool the draft does not have. They are kept, and say so. */
  withoutTool: string[];
}

/** Takes the cases of a suite in, all or none. One that is called as one that is there takes its place. */
export async function importEvalSuite({
  ctx,
  input,
}: Call<{ serverId: string; suite: unknown }>): Promise<ImportedSuite> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.serverId);
  const parsed = parseSuite(input.suite);
  if (!parsed.ok)
    throw new AppError("invalid_input", `This is not a suite, and nothing was imported. ${parsed.problems.join("; ")}`);
  const cases = parsed.suite.cases.map(({ name, call, expect }) =>
    parseInput(caseSchema, { name, tool: call.tool, arguments: call.args, expect }),
  );
  const seen = new Set<string>();
  for (const { name } of cases) {
    if (seen.has(name))
      throw new AppError(
        "invalid_input",
        `Two cases of the suite are called "${name}". Give each a name of its own; nothing was imported.`,
      );
    seen.add(name);
  }
  const { tools } = (await readDraft(ctx, server.id)).manifest;
  const done = await putCases(ctx, server, cases, tools);
  const withoutTool = cases
    .filter(({ tool }) => findTool({ operation: tool, tool }, tools) === undefined)
    .map(({ name }) => name);
  return { ...done, withoutTool };
}
