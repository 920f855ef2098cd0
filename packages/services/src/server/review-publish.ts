import { KNOWN_CLIENTS } from "@portico/mcp";
import { assembledKey, lintOffers, lintTexts, type OfferedItem, type Override, type Tool } from "@portico/openapi";
import { authorize } from "../access.ts";
import { standing } from "../connection/connections.ts";
import type { Call, Ctx } from "../context.ts";
import { isOfDraft, lastRunOf } from "../eval/last-run.ts";
import { settingsOf } from "../profile/profiles.ts";
import { loadVersion } from "../serve/load-version.ts";
import { compareVersions, hasChanges, type VersionChanges } from "./compare-versions.ts";
import { openDocuments, placesOf } from "./documents.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { heldOf } from "./held.ts";
import { ofOwn } from "./lint.ts";
import { type Blocker, draftManifest, type Manifest, measureManifest } from "./manifest.ts";
import { readOverrides } from "./override.ts";

/** What whoever publishes should know; it does not keep them from it. */
export interface PublishWarning {
  code:
    | "credential_missing"
    | "over_client_limit"
    | "breaking_while_connected"
    | "suspicious_text"
    | "held_back"
    | "evals_failed"
    | "evals_not_run";
  message: string;
  /** The part of the server where something can be done about it. */
  where: "credentials" | "tools" | "own-tools" | "prompts" | "connections" | "try/cases";
}

export interface VersionSize {
  tools: number;
  /** Estimated: what a list of all of them costs a model. */
  tokens: number;
}

export interface PublishReview {
  /** The draft that was reviewed; sent back with the publishing, a change since then is a conflict. */
  lock: number;
  /** What is served now; null when nothing is. */
  served: (VersionSize & { number: number }) | null;
  draft: VersionSize;
  /** What changes for clients. Before the first version all is new. */
  changes: VersionChanges;
  hasChanges: boolean;
  /** Why the draft cannot be published. */
  blockers: Blocker[];
  warnings: PublishWarning[];
}

/** What a draft is made of, and what it was served as before. */
export interface Draft {
  server: ServerRow;
  overrides: Override[];
  manifest: Manifest;
  blockers: Blocker[];
}

/** What publishing the draft would change for clients, what keeps it from it, and what to know before. Nothing is written. */
export async function reviewPublish({ ctx, input }: Call<{ id: string }>): Promise<PublishReview> {
  authorize(ctx, "server.read");
  const { server, manifest, blockers } = await readDraft(ctx, input.id);
  const [served, size] = await Promise.all([readServed(ctx, server), measureManifest(manifest)]);
  const changes = compareVersions(served?.manifest ?? { ...manifest, ...NOTHING }, manifest);
  return {
    lock: server.lock,
    served: served?.size ?? null,
    draft: { tools: manifest.tools.length, tokens: size.tokens },
    changes,
    hasChanges: served === null || hasChanges(changes),
    blockers: [...blockers, ...size.blockers],
    warnings: await findWarnings(ctx, server, manifest, served !== null && changes.isBreaking),
  };
}

/** Settings that nobody has seen yet are no change. */
const NOTHING: Pick<Manifest, "tools" | "prompts" | "resources"> = { tools: [], prompts: [], resources: [] };

export async function readDraft(ctx: Ctx, id: string): Promise<Draft> {
  const server = await findServer(ctx, id);
  const [compiled, overrides] = await Promise.all([
    openDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  const selection = server.selection as string[];
  const { manifest, blockers } = draftManifest({
    server,
    compiled,
    places: placesOf(server.documents),
    selection,
    overrides,
  });
  return { server, overrides, manifest, blockers: [...nothingPicked(server), ...blockers] };
}

/** A server without a tool is nothing to connect to. */
export function nothingPicked({ selection, composedTools }: Pick<ServerRow, "selection" | "composedTools">): Blocker[] {
  if ((selection as unknown[]).length + (composedTools as unknown[]).length > 0) return [];
  return [{ code: "nothing_picked", message: "No tool is picked. Pick at least one, then publish.", where: "tools" }];
}

async function readServed(ctx: Ctx, { publishedVersionId }: ServerRow) {
  if (!publishedVersionId) return null;
  const [version, row] = await Promise.all([
    loadVersion(ctx, publishedVersionId),
    ctx.db.version.findUnique({ where: { id: publishedVersionId }, select: { tokenCount: true } }),
  ]);
  if (!version || !row) return null;
  const { number, manifest } = version;
  return { manifest, size: { number, tools: manifest.tools.length, tokens: row.tokenCount } };
}

async function findWarnings(
  ctx: Ctx,
  server: ServerRow,
  manifest: Manifest,
  isBreaking: boolean,
): Promise<PublishWarning[]> {
  const [evals, missing, connections] = await Promise.all([
    findEvals(ctx, server),
    findMissingCredentials(ctx, server, manifest),
    isBreaking ? ctx.db.connection.count({ where: { serverId: server.id, ...standing() } }) : 0,
  ]);
  return [
    ...(connections > 0
      ? [
          {
            code: "breaking_while_connected",
            message: `${connections === 1 ? "One connection is" : `${connections} connections are`} in use, and something of what they have stops working.`,
            where: "connections",
          } as const,
        ]
      : []),
    ...findSuspicious(manifest),
    ...findHeldBack(server, manifest),
    ...evals,
    ...missing,
    ...overClientLimits(manifest),
  ];
}

const NAMED_MAX = 5;

/** Tools that are not what the document says now. */
function findHeldBack({ documents }: ServerRow, { tools }: Manifest): PublishWarning[] {
  const held = new Set(
    documents.flatMap((document) => heldOf(document).map(({ operation }) => assembledKey(document.key, operation))),
  );
  const names = tools
    .filter(({ operation, steps = [] }) => held.has(operation) || steps.some((step) => held.has(step.tool.operation)))
    .map(({ name }) => name);
  if (names.length === 0) return [];
  const more = names.length - NAMED_MAX;
  const listed = `${names.slice(0, NAMED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const [what, its] = names.length === 1 ? [`The tool ${listed} is`, "its"] : [`The tools ${listed} are`, "their"];
  const message = `${what} held back: the API may no longer be what an earlier revision of ${its} document says.`;
  return [{ code: "held_back", message, where: "tools" }];
}

/** Cases that fail on this very draft, and those that nobody ran on it. Their names are for who may try tools. */
async function findEvals(ctx: Ctx, { id, lock }: ServerRow): Promise<PublishWarning[]> {
  const rows = await ctx.db.evalCase.findMany({
    where: { serverId: id, organizationId: ctx.organizationId },
    select: { lastRun: true },
  });
  const runs = rows.map(lastRunOf).filter((run) => isOfDraft(run, lock));
  const failed = runs.filter(({ isPassed }) => !isPassed).length;
  const unrun = rows.length - runs.length;
  const where = "try/cases";
  return [
    ...(failed > 0
      ? [
          {
            ...({ code: "evals_failed", where } as const),
            message: `${failed === 1 ? "One eval case fails" : `${failed} eval cases fail`} on this draft.`,
          },
        ]
      : []),
    ...(unrun > 0
      ? [
          {
            ...({ code: "evals_not_run", where } as const),
            message: `${unrun === 1 ? "One eval case was" : `${unrun} eval cases were`} not run on this draft.`,
          },
        ]
      : []),
  ];
}

/** What speaks to the model in the place of who publishes, by the page where it is put right. */
function findSuspicious({ tools, prompts = [], resources = [] }: Manifest): PublishWarning[] {
  const found = [...lintTexts(tools).map(ofOwn), ...lintOffers({ prompts, resources })].filter(
    ({ code }) => code === "suspicious-text",
  );
  const names = new Map(tools.map(({ operation, name }) => [operation, name]));
  const places: readonly (readonly [PublishWarning["where"], string, string])[] = [
    ["tools", "the tool", "tools"],
    ["own-tools", "your own tool", "own tools"],
    ["prompts", "the prompt or resource", "prompts and resources"],
  ];
  return places.flatMap(([where, one, many]) => {
    const here = found.filter(({ item }) => pageOf(item) === where);
    const all = [...new Set(here.map(({ item, operation = "" }) => item?.key ?? names.get(operation) ?? operation))];
    if (all.length === 0) return [];
    const more = all.length - NAMED_MAX;
    const listed = `${all.slice(0, NAMED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    const message = `Text of ${all.length === 1 ? one : many} ${listed} speaks to the model, as if you had written it. Read it before you publish.`;
    return [{ code: "suspicious_text", message, where }];
  });
}

function pageOf(item: OfferedItem | undefined): PublishWarning["where"] {
  if (!item) return "tools";
  return item.list === "composedTools" ? "own-tools" : "prompts";
}

/** Clients that leave tools out. In search mode three are listed, which everybody takes. */
function overClientLimits({ tools, toolMode }: Manifest): PublishWarning[] {
  if (toolMode === "search") return [];
  const exceeded = KNOWN_CLIENTS.flatMap(({ label, toolsMax }) =>
    toolsMax !== undefined && tools.length > toolsMax ? [{ label, toolsMax }] : [],
  ).sort((one, other) => one.toolsMax - other.toolsMax);
  if (exceeded.length === 0) return [];
  const takes = exceeded.map(({ label, toolsMax }) => `${label} takes ${toolsMax}`).join(", ");
  return [
    {
      code: "over_client_limit",
      message: `${tools.length} tools are listed. Of all servers together ${takes}; the rest is left out.`,
      where: "tools",
    },
  ];
}

/** Credentials without which a tool is called with none: it has no way to sign in that is stored, or that each person brings. */
async function findMissingCredentials(ctx: Ctx, server: ServerRow, { tools }: Manifest): Promise<PublishWarning[]> {
  const [stored, profiles] = await Promise.all([
    ctx.db.credential.findMany({ where: { serverId: server.id }, select: { scheme: true } }),
    ctx.db.profile.findMany({
      where: { serverId: server.id, organizationId: ctx.organizationId, userId: null, removedAt: null },
      select: { settings: true },
    }),
  ]);
  const own = profiles.flatMap((profile) =>
    Object.entries(settingsOf(profile).fields).flatMap(([field, from]) =>
      from === "person" && field.startsWith("credential:") ? [field.slice("credential:".length)] : [],
    ),
  );
  const known = new Set([...stored.map(({ scheme }) => scheme), ...own]);
  const wanting = new Map<string, number>();
  for (const tool of tools) {
    for (const scheme of missingOf(tool, known)) wanting.set(scheme, (wanting.get(scheme) ?? 0) + 1);
  }
  return [...wanting].map(([scheme, count]) => ({
    code: "credential_missing",
    message: `${count === 1 ? "One tool wants" : `${count} tools want`} the credential “${scheme}”, and none is stored. Calls are sent without it.`,
    where: "credentials",
  }));
}

function missingOf({ plan, steps }: Tool, known: ReadonlySet<string>): Set<string> {
  if (steps) return new Set(steps.flatMap(({ tool }) => [...missingOf(tool, known)]));
  const ways = plan.security.map((all) => all.map(({ scheme }) => scheme.name));
  if (ways.length === 0 || ways.some((all) => all.every((scheme) => known.has(scheme)))) return new Set();
  return new Set(ways[0]?.filter((scheme) => !known.has(scheme)));
}
