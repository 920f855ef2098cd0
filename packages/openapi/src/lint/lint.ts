import type { Tool } from "../types.ts";
import { lintArguments, lintDestroying, lintList } from "./arguments.ts";
import { lintDescriptions } from "./descriptions.ts";
import { type Finding, findingOf, type LintOptions } from "./finding.ts";
import { lintNames } from "./names.ts";
import { lintTexts } from "./suspicious.ts";

/** One tool with more is a fortieth of a list that is large by itself. */
const TOOL_TOKENS_MAX = 1_500;
const LIST_TOKENS_MAX_DEFAULT = 40_000;

/**
 * What makes it hard for a model to choose and to call these tools, or what tries to steer it. They are as they would be listed: with
 * everybody's edits. Pure; the same tools have the same findings, in the order of the tools.
 */
export function lintTools(tools: readonly Tool[], options: LintOptions = {}): Finding[] {
  const found = [
    ...lintNames(tools),
    ...lintDescriptions(tools),
    ...lintTexts(tools),
    ...tools.flatMap((tool) => [...lintArguments(tool), ...lintList(tool), ...lintDestroying(tool), ...lintSize(tool)]),
  ];
  const place = new Map(tools.map(({ operation }, index) => [operation, index]));
  const at = ({ operation }: Finding) => (operation === undefined ? -1 : (place.get(operation) ?? -1));
  return [...lintServer(tools, options), ...found.sort((one, other) => at(one) - at(other))];
}

function lintSize({ operation, tokens }: Tool): Finding[] {
  if (tokens <= TOOL_TOKENS_MAX) return [];
  const message = `It takes ${tokens.toLocaleString("en")} tokens of every question.`;
  return [findingOf("large-tool", "info", { operation, message })];
}

function lintServer(
  tools: readonly Tool[],
  { clientLimits = [], listTokensMax = LIST_TOKENS_MAX_DEFAULT }: LintOptions,
): Finding[] {
  const over = clientLimits.filter(({ toolsMax }) => tools.length > toolsMax);
  const tokens = tools.reduce((sum, tool) => sum + tool.tokens, 0);
  const found: Finding[] = [];
  if (over.length > 0) {
    const limits = over.map(({ label, toolsMax }) => `${label} takes ${toolsMax}`).join(", ");
    found.push(
      findingOf("too-many-tools", "warning", {
        message: `There are ${tools.length.toLocaleString("en")} tools; ${limits}. Pick fewer, or let them be found by searching (Settings).`,
      }),
    );
  }
  if (tokens > listTokensMax)
    found.push(
      findingOf("too-many-tokens", "warning", {
        message: `The list takes ${tokens.toLocaleString("en")} tokens of every question. Pick fewer tools, or let them be found by searching (Settings).`,
      }),
    );
  return found;
}
