import { asArray, asObject } from "../json.ts";
import type { JsonSchema, ParameterEdit } from "../types.ts";

/** Which arguments a call has to have. */
export interface Needs {
  required: Set<string>;
  /** What a call has to have when it has the argument of this name. */
  together: Map<string, string[]>;
}

/** Whether an argument is given for the model, always or when it leaves it out. */
export function isGiven(edit: ParameterEdit): boolean {
  return edit.fixed !== undefined || edit.default !== undefined;
}

/** Whether an argument is sent whatever the model says. */
export function isAlwaysSent({ hidden, fixed, default: preset }: ParameterEdit): boolean {
  return fixed !== undefined || (hidden === true && preset !== undefined);
}

/** What a call needs once some arguments are always there: also what belongs together with these. */
export function needsOf(inputSchema: JsonSchema, editOf: (name: string) => ParameterEdit): Needs {
  const names = Object.keys(asObject(inputSchema.properties));
  const required = new Set(asArray(inputSchema.required) as string[]);
  const together = new Map(
    Object.entries(asObject(inputSchema.dependentRequired)).map(([name, list]) => [name, asArray(list) as string[]]),
  );
  const queue = names.filter((name) => required.has(name) || editOf(name).required === true || isGiven(editOf(name)));
  for (const name of queue) {
    if (editOf(name).required === true) required.add(name);
    for (const other of together.get(name) ?? []) {
      if (required.has(other)) continue;
      required.add(other);
      queue.push(other);
    }
    together.delete(name);
  }
  return { required, together };
}

/** The arguments of those wanted that can be hidden with no value in their place; for the others, who needs them. */
export function hideable(wanted: ReadonlySet<string>, { required, together }: Needs): Map<string, string | true> {
  const found = new Map<string, string | true>([...wanted].map((name) => [name, true]));
  for (const name of wanted) if (required.has(name)) found.set(name, name);
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const [name, others] of together) {
      if (found.get(name) === true) continue;
      for (const other of others) {
        if (found.get(other) !== true) continue;
        found.set(other, name);
        isChanged = true;
      }
    }
  }
  return found;
}
