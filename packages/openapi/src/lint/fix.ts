import { setOwn } from "../json.ts";
import type { Override, ParameterEdit } from "../types.ts";

type Patch = Omit<Override, "operation">;

/** An edit of a tool with a fix merged into it: of what both say, the fix wins. Neither is changed. */
export function mergePatch(patch: Patch, fix: Patch): Patch {
  const { parameters: before = {}, ...words } = patch;
  const { parameters: fixed = {}, ...others } = fix;
  const parameters: Record<string, ParameterEdit> = {};
  for (const [key, edit] of Object.entries(before)) setOwn(parameters, key, edit);
  for (const [key, edit] of Object.entries(fixed))
    setOwn(parameters, key, { ...(Object.hasOwn(parameters, key) ? parameters[key] : {}), ...edit });
  return { ...words, ...others, ...(Object.keys(parameters).length > 0 ? { parameters } : {}) };
}
