import { createHash } from "node:crypto";
import type { ServedVersion } from "@portico/mcp";
import { type Dialect, shownInput, type Tool, toDialect } from "@portico/openapi";
import { calledTool, type ManifestView, type ToolLimit } from "@portico/services";

/** How one caller sees a version. Callers with the same view share it; others never see it. */
export interface ToolView extends ManifestView {
  /** Not everybody sees the same, so that nothing of it is kept for others. */
  isPersonal: boolean;
}

/** What a view is known by; undefined for the view that hides nothing. */
export function keyOf({ limits, profile, isPersonal }: ToolView): string | undefined {
  if (limits.length === 0 && !profile && !isPersonal) return undefined;
  return `${isPersonal ? "personal" : "shared"}:${limits.map(limitKey).join()}:${profile?.key ?? ""}`;
}

const limitKeys = new WeakMap<ToolLimit, string>();

/** A limit may name thousands of operations, and lives as long as the answer to who calls. */
function limitKey(limit: ToolLimit): string {
  let key = limitKeys.get(limit);
  if (key === undefined) {
    key = createHash("sha256").update(JSON.stringify(limit)).digest("base64url");
    limitKeys.set(limit, key);
  }
  return key;
}

interface ListEntry {
  name: string;
  inputSchema: unknown;
}

/** The list of a version with what is left of it in a view. A list is a serialized array, so what is not shown is not sent. */
export function listOfView(list: string, tools: readonly Tool[], dialect: Dialect): string {
  const shown = new Map(tools.map((tool) => [tool.name, tool]));
  const entries = (JSON.parse(list) as ListEntry[]).flatMap((entry) => {
    const tool = shown.get(entry.name);
    if (!tool) return [];
    return [calledTool(tool) === tool ? entry : { ...entry, inputSchema: toDialect(shownInput(tool), dialect) }];
  });
  return JSON.stringify(entries);
}

/** The lists of a view, each made once. */
export function viewedLists(
  tools: readonly Tool[],
  listOf: (...has: Parameters<ServedVersion["toolsList"]>) => Promise<Buffer>,
): ServedVersion["toolsList"] {
  const made = new Map<string, Promise<Buffer>>();
  return (...has) => {
    const key = has.join();
    const known = made.get(key);
    if (known) return known;
    const making = listOf(...has).then((list) => Buffer.from(listOfView(list.toString("utf8"), tools, has[0])));
    made.set(key, making);
    making.catch(() => made.delete(key));
    return making;
  };
}
