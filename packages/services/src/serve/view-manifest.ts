import { argumentOf, PERSON_WORDS, presetTool, type Tool } from "@portico/openapi";
import { argumentsOf } from "../profile/settings.ts";
import type { Manifest } from "../server/manifest.ts";
import { isToolAllowed, type ToolLimit } from "../server-access/tool-grant.ts";
import type { OpenProfile } from "./open-profile.ts";

/** What decides how much of a version somebody sees. */
export interface ManifestView {
  /** Tools have to pass all of them. */
  limits: readonly ToolLimit[];
  /** What their profile hides, and which arguments it gives. */
  profile: OpenProfile["view"];
}

/** What of a version is left in a view. A resource that an operation answers goes with the tool of it. */
export function viewOf(manifest: Manifest, { limits, profile }: ManifestView): Manifest {
  const isHidden = ({ operation, steps }: Pick<Tool, "operation" | "steps">): boolean =>
    steps ? steps.some(({ tool }) => isHidden(tool)) : profile?.hidden.has(operation) === true;
  const isShown = (tool: Pick<Tool, "operation" | "annotations" | "steps">) =>
    isToolAllowed(limits, tool) && !isHidden(tool);
  const { tools, resources } = manifest;
  return {
    ...manifest,
    tools: tools.filter(isShown).map((tool) => (profile ? withArguments(tool, profile) : tool)),
    ...(resources ? { resources: resources.filter((one) => !("tool" in one) || isShown(one.tool)) } : {}),
  };
}

/** A tool as it is called, of one that a view shows with fewer arguments. */
const called = new WeakMap<Tool, Tool>();

/** The tool to validate and call with, whatever of it was shown. */
export function calledTool(shown: Tool): Tool {
  return called.get(shown) ?? shown;
}

function withArguments(tool: Tool, profile: NonNullable<ManifestView["profile"]>): Tool {
  const given = argumentsOf(profile.arguments, tool).values();
  const presets = [...given].flatMap(({ argument: key, mode, value, person }) => {
    const argument = argumentOf(tool, key);
    if (argument === undefined) return [];
    return [{ argument, value, isFixed: mode === "fixed", ...(person ? { words: PERSON_WORDS[person] } : {}) }];
  });
  const shown = presetTool(tool, presets);
  if (shown !== tool) called.set(shown, tool);
  return shown;
}
