import { setOwn } from "../json.ts";
import type { ParameterEdit, Tool } from "../types.ts";
import { checkParameters } from "./check.ts";
import { spread } from "./spread.ts";
import { choosable, misfits } from "./values.ts";

/** Each round takes away at least one thing that does not fit. */
const ROUNDS_MAX = 100;

/**
 * The edits of a tool's arguments for what a new document made of it, and the keys of those that lost something. What an argument is
 * fixed to stays as long as the argument is there: a model is not to get it back unnoticed.
 */
export function mergeParameters(
  after: Tool,
  yours: Record<string, ParameterEdit> | undefined,
): { parameters: Record<string, ParameterEdit>; lost: string[] } {
  const kept = structuredClone(yours ?? {});
  const lost = new Set<string>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const problems = checkParameters(after, kept).problems.filter(
      ({ key, field }) => field !== "fixed" || !lost.has(key),
    );
    if (problems.length === 0) break;
    for (const { key, field } of problems) {
      lost.add(key);
      if (field === "parameter") delete kept[key];
      else if (field !== "fixed") {
        const { [field]: _gone, ...others } = kept[key] ?? {};
        const values = field === "values" ? valuesLeft(after, kept, key) : [];
        const rest: ParameterEdit = values.length > 0 ? { ...others, values } : others;
        if (Object.keys(rest).length === 0) delete kept[key];
        else setOwn(kept, key, rest);
      }
    }
  }
  return { parameters: kept, lost: [...lost].sort() };
}

/** What an argument was restricted to, as far as the document still has it. */
function valuesLeft(
  after: Tool,
  kept: Record<string, ParameterEdit>,
  key: string,
): NonNullable<ParameterEdit["values"]> {
  const { tool, keys } = spread(after, kept);
  const [name] = [...keys].find(([, one]) => one === key) ?? [];
  const found = name === undefined ? undefined : choosable(tool.inputSchema, name);
  const values = kept[key]?.values ?? [];
  const wrong = found ? misfits(found, values) : values;
  return values.filter((value) => !wrong.includes(value));
}
