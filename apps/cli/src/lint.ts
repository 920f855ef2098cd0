import type { Command } from "commander";
import type { Api } from "./api.ts";
import { oneOf } from "./arguments.ts";
import { type CommandDeps, EXIT, serverPath } from "./command.ts";
import { count, table } from "./output.ts";

export interface Finding {
  id: string;
  code: string;
  severity: "info" | "warning" | "error";
  /** Absent: it is about the server as a whole. */
  operation?: string;
  item?: { list: string; key: string };
  parameter?: string;
  message: string;
  why: string;
  fix?: { words: string };
}

export interface LintReport {
  grade: string;
  score: number;
  tools: Record<string, { grade: string }>;
  findings: Finding[];
}

interface LintOptions {
  strict?: boolean;
  minGrade?: string;
  fix?: boolean;
}

const GRADES = ["A", "B", "C", "D", "E", "F"] as const;
const SEVERITIES = ["error", "warning", "info"];

/** `portico lint`: how well models can choose and call the tools of a draft. */
export function addLintCommand(program: Command, { api, print }: CommandDeps): void {
  program
    .command("lint")
    .description("say how well models can choose and call the tools of the draft, and what to do about it")
    .argument("<server>", "its slug or id")
    .option("--strict", "exit 1 when there is an error or a warning")
    .option("--min-grade <grade>", "exit 1 when the grade is worse than this: A to F")
    .option("--fix", "mend what can be mended without a person; served from the next publish on")
    .action(async (server: string, { strict, minGrade, fix }: LintOptions) => {
      const portico = api();
      const worst = minGrade === undefined ? "F" : oneOf("--min-grade", minGrade.toUpperCase(), GRADES);
      const found = await readReport(portico, server);
      const fixed = fix ? await mend(portico, server, found) : [];
      const report = fixed.length > 0 ? await readReport(portico, server) : found;
      print(fix ? { ...report, fixed } : report, () =>
        [...(fix ? [`Mended ${count(fixed.length, "finding")}.`] : []), ...describeReport(report)].join("\n"),
      );
      const isStrictly = report.findings.every(({ severity }) => severity === "info");
      if ((strict && !isStrictly) || report.grade > worst) process.exitCode = EXIT.failed;
    });
}

function readReport(portico: Api, server: string): Promise<LintReport> {
  return portico.request<LintReport>("GET", serverPath(server, "lint"));
}

/** The ids of what was mended. */
async function mend(portico: Api, server: string, { findings }: LintReport): Promise<string[]> {
  const ids = findings.flatMap(({ id, fix }) => (fix ? [id] : []));
  if (ids.length === 0) return [];
  const input = { findings: ids };
  return (await portico.request<{ fixed: string[] }>("POST", serverPath(server, "lint", "fix"), input)).fixed;
}

/** The grade, and the findings under what they have in common, the worst first. */
export function describeReport({ grade, score, tools, findings }: LintReport): string[] {
  const counted = SEVERITIES.flatMap((severity) => {
    const found = findings.filter((finding) => finding.severity === severity).length;
    return found === 0 ? [] : [severity === "info" ? `${found} more to know` : count(found, severity)];
  });
  const groups = Map.groupBy(findings, ({ severity, code, why }) => JSON.stringify([severity, code, why]));
  const ordered = [...groups.values()].sort((one, other) => rank(one) - rank(other));
  return [
    `Grade ${grade}, ${score} of 100${counted.length > 0 ? `: ${counted.join(", ")}` : ". There is nothing to mend."}`,
    ...ordered.flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const rows = group.map(({ operation, item, parameter, message, fix }) => [
        `  ${operation ?? item?.key ?? "the server"}`,
        parameter,
        operation === undefined ? "" : tools[operation]?.grade,
        message + (fix ? ` (--fix: ${fix.words})` : ""),
      ]);
      return [`${first.severity} ${first.code}: ${first.why}`, table(rows)];
    }),
  ];
}

function rank([first]: Finding[]): number {
  return SEVERITIES.indexOf(first?.severity ?? "info");
}
