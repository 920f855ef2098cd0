import type { LoadLimits } from "../types.ts";

/**
 * Refuses a value that is nested too deeply or that has too many nodes once shared parts (YAML aliases)
 * are written out. Shared parts are counted once and multiplied, so a bomb costs no time.
 */
export function measure(root: unknown, limits: LoadLimits): { code: string; message: string } | undefined {
  const sizes = new Map<object, number>();
  const open = new Set<object>();
  const stack: { node: object; children: unknown[]; next: number; size: number }[] = [];

  const enter = (node: object) => {
    open.add(node);
    stack.push({ node, children: Object.values(node), next: 0, size: 1 });
  };
  if (root === null || typeof root !== "object") return undefined;
  enter(root);
  while (stack.length > 0) {
    if (stack.length > limits.depthMax) {
      return tooDeep(limits);
    }
    const frame = stack[stack.length - 1] as (typeof stack)[number];
    if (frame.next >= frame.children.length) {
      stack.pop();
      open.delete(frame.node);
      sizes.set(frame.node, frame.size);
      const parent = stack[stack.length - 1];
      if (parent) parent.size += frame.size;
      if (frame.size > limits.nodesMax) return tooMany(limits);
      continue;
    }
    const child = frame.children[frame.next++];
    if (child === null || typeof child !== "object") {
      frame.size += 1;
      continue;
    }
    const known = sizes.get(child);
    if (known !== undefined) frame.size += known;
    else if (open.has(child)) {
      return { code: "cyclic_document", message: "The YAML document contains itself through an alias." };
    } else enter(child);
  }
  return undefined;
}

/** What has to be known of a document before its references are followed. */
export interface Survey {
  /** A `$ref` that leads out of the file, or might. */
  hasForeignReferences: boolean;
  /** A schema with an `$id`, which is a base for references below it. */
  hasIds: boolean;
}

/**
 * One walk over what came from JSON, where nothing is shared and the bytes bound the values: its depth, and
 * whether its references need any work at all. Most documents need none.
 */
export function surveyTree(
  root: object,
  limits: LoadLimits,
): { ok: true; survey: Survey } | { ok: false; code: string; message: string } {
  const survey: Survey = { hasForeignReferences: false, hasIds: false };
  let isTooDeep = false;
  const walk = (node: object, depth: number): void => {
    if (depth > limits.depthMax) {
      isTooDeep = true;
      return;
    }
    if (Array.isArray(node)) {
      for (const item of node) if (item !== null && typeof item === "object") walk(item, depth + 1);
      return;
    }
    for (const key in node) {
      const value = (node as { [key: string]: unknown })[key];
      if (value !== null && typeof value === "object") walk(value, depth + 1);
      else if (key === "$ref" && typeof value === "string" && !value.startsWith("#"))
        survey.hasForeignReferences = true;
      else if (key === "$id" && typeof value === "string") survey.hasIds = true;
    }
  };
  walk(root, 1);
  return isTooDeep ? { ok: false, ...tooDeep(limits) } : { ok: true, survey };
}

function tooDeep(limits: LoadLimits): { code: string; message: string } {
  return { code: "spec_too_deep", message: `The document is nested more than ${limits.depthMax} levels deep.` };
}

function tooMany(limits: LoadLimits): { code: string; message: string } {
  return {
    code: "too_many_nodes",
    message: `The document has more than ${limits.nodesMax} values once its aliases are expanded.`,
  };
}
