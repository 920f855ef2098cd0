import { isDeepStrictEqual } from "node:util";
import type { Compiled, Override, Tool } from "@portico/openapi";
import { LRUCache } from "lru-cache";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { loadVersion } from "../serve/load-version.ts";
import { bindComposedTools, type ComposedTool } from "./composed-tools.ts";
import { placesOf, readDocuments } from "./documents.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { draftTools, iconOf, type Manifest } from "./manifest.ts";
import { readOverrides } from "./override.ts";
import type { Places } from "./places.ts";
import { bindResources, hasTexts, type ServerResource } from "./prompts-resources.ts";

export interface DraftChanges {
  /** Keys of operations that the next version has and the served one has not, and so on. */
  added: string[];
  removed: string[];
  changed: string[];
  /** Names of settings that differ. */
  settings: string[];
}

/** Answers by the state of the draft that they are of: comparing a thousand tools takes longer than the rest of a page. */
const answers = new LRUCache<string, DraftChanges>({ max: 100 });

/** Changes whenever anything does that `compare` reads: every write to a draft counts its lock on or touches its row. */
function stateOf({ id, lock, updatedAt, publishedVersionId, documents }: ServerRow): string {
  const parts = documents.map(({ key, revisionId, baseUrl, document }) => [
    key,
    revisionId,
    baseUrl,
    document.sourceUrl,
  ]);
  return JSON.stringify([id, lock, updatedAt, publishedVersionId, parts]);
}

/** What publishing would change of what is served; null when nothing was published yet. */
export async function compareDraft({ ctx, input }: Call<{ serverId: string }>): Promise<DraftChanges | null> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const state = stateOf(server);
  const known = answers.get(state);
  if (known) return known;
  const changes = await compare(ctx, server);
  if (changes) answers.set(state, changes);
  return changes;
}

async function compare(ctx: Ctx, server: ServerRow): Promise<DraftChanges | null> {
  const served = server.publishedVersionId ? await loadVersion(ctx, server.publishedVersionId) : null;
  if (!served) return null;
  const [compiled, overrides] = await Promise.all([
    readDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  const own = bindComposedTools(server.composedTools as unknown as ComposedTool[], compiled, overrides);
  const drafted = [...draftTools(compiled, server.selection as string[], overrides), ...own.tools];
  return {
    ...compareTools(drafted, served.manifest.tools),
    settings: compareSettings(server, compiled, overrides, served.manifest),
  };
}

function compareTools(drafted: Tool[], served: Tool[]): Omit<DraftChanges, "settings"> {
  const before = new Map(served.map((tool) => [tool.operation, tool]));
  const after = new Map(drafted.map((tool) => [tool.operation, tool]));
  return {
    added: [...after.keys()].filter((key) => !before.has(key)),
    removed: [...before.keys()].filter((key) => !after.has(key)),
    changed: [...after.keys()].filter((key) => before.has(key) && !isDeepStrictEqual(before.get(key), after.get(key))),
  };
}

/** Relative base URLs move with their document: that is no setting. */
function basesOf({ baseUrl, documents = [] }: Places): unknown {
  return [baseUrl, ...documents.flatMap((one) => (one.baseUrl ? [`${one.key} ${one.baseUrl}`] : []))];
}

function compareSettings(
  server: ServerRow,
  compiled: Compiled,
  overrides: readonly Override[],
  manifest: Manifest,
): string[] {
  const pairs: [string, string | null, string | undefined][] = [
    ["title", server.title, manifest.title],
    ["description", server.description, manifest.description],
    ["instructions", server.instructions, manifest.instructions],
    ["icon", iconOf(server, compiled) ?? null, manifest.icon],
    ["dialect", server.dialect, manifest.dialect],
    ["toolMode", server.toolMode, manifest.toolMode],
  ];
  const settings = pairs.filter(([, draft, served]) => (draft || "") !== (served || "")).map(([name]) => name);
  const prompts = server.prompts as unknown[];
  const resources = bindResources(server.resources as unknown as ServerResource[], compiled, overrides);
  const hasOffers = prompts.length + resources.length > 0 && (manifest.prompts || manifest.resources);
  const beside: [string, unknown, unknown][] = [
    ["baseUrl", basesOf(placesOf(server.documents)), basesOf(manifest)],
    ["prompts", prompts, manifest.prompts ?? []],
    ["resources", resources, manifest.resources ?? []],
    ["searchTexts", server.searchTexts && hasTexts(resources), manifest.searchTexts === true],
    ["readAnswers", server.readAnswers, manifest.readAnswers === true],
    // Where there was nothing to stand in for, or there is nothing left, it is no change of its own.
    ...(hasOffers
      ? [["standInTools", server.standInTools, manifest.standInTools === true] as [string, boolean, boolean]]
      : []),
  ];
  return [
    ...settings,
    ...beside.filter(([, draft, served]) => !isDeepStrictEqual(draft, served)).map(([name]) => name),
  ];
}
