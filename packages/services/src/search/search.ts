import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { parseInput } from "../input.ts";
import { serverUrls } from "../server/views.ts";
import { readServerIndex } from "./operation-index.ts";

const TEXT_CHARS_MAX = 200;
const WORDS_MAX = 8;
const SERVERS_MAX = 20;
const DOCUMENTS_MAX = 10;
const TOOLS_MAX = 30;
/** Whose tools are looked through: the newest servers. */
const SEARCHED_SERVERS_MAX = 200;
/** Opening a document takes a moment the first time. What is not reached within this is left to the next search. */
const OPENING_MS_MAX = 3_000;
const RENAMED_MAX = 20_000;

const schema = z.object({ text: z.string().max(TEXT_CHARS_MAX).default("") }).strict();

export interface FoundServer {
  id: string;
  slug: string;
  title: string;
  mcpUrl: string;
}

export interface FoundTool {
  server: { slug: string; title: string };
  name: string;
  /** `GET /pets`; null for a tool of several calls. */
  operation: string | null;
  /** The next version has it. */
  isPicked: boolean;
}

export interface SearchResult {
  /** Those that have most of the words first, then the newest. Without a text, the newest. */
  servers: FoundServer[];
  /** Those that have every word in their name, their operation, its summary or their server. */
  tools: FoundTool[];
  documents: { id: string; title: string }[];
  /** There are more servers than were looked through for tools. */
  isPartial: boolean;
}

/** What of an organization has these words: servers, tools by name or path, documents. A few of each, the likeliest first. */
export async function search({ ctx, input }: Call<z.input<typeof schema>>): Promise<SearchResult> {
  authorize(ctx, "server.read");
  const { text } = parseInput(schema, input);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, WORDS_MAX);
  const [servers, tools, documents] = await Promise.all([
    findServers(ctx, words),
    words.length > 0 ? findTools(ctx, words) : { items: [], isPartial: false },
    ctx.db.document.findMany({
      where: {
        organizationId: ctx.organizationId,
        AND: words.map((word) => ({ title: { contains: literal(word), mode: "insensitive" as const } })),
      },
      orderBy: { id: "desc" },
      take: DOCUMENTS_MAX,
      select: { id: true, title: true },
    }),
  ]);
  return { servers, tools: tools.items, documents, isPartial: tools.isPartial };
}

async function findServers(ctx: Ctx, words: readonly string[]): Promise<FoundServer[]> {
  const has = (word: string) => [
    { title: { contains: literal(word), mode: "insensitive" as const } },
    { slug: { contains: literal(word) } },
  ];
  const rows = await ctx.db.server.findMany({
    where: { organizationId: ctx.organizationId, ...(words.length > 0 ? { OR: words.flatMap(has) } : {}) },
    orderBy: { id: "desc" },
    take: SEARCHED_SERVERS_MAX,
    select: { id: true, slug: true, title: true, organization: { select: { slug: true } } },
  });
  const hits = ({ title, slug }: { title: string; slug: string }) =>
    words.filter((word) => `${title} ${slug}`.toLowerCase().includes(word)).length;
  return rows
    .toSorted((one, other) => hits(other) - hits(one))
    .slice(0, SERVERS_MAX)
    .map(({ id, slug, title, organization }) => ({
      id,
      slug,
      title,
      mcpUrl: serverUrls(ctx, organization.slug, slug).mcpUrl,
    }));
}

/** LIKE's own signs stand for themselves. */
function literal(word: string): string {
  return word.replace(/[\\%_]/g, "\\$&");
}

interface Candidate extends Omit<FoundTool, "isPicked"> {
  serverId: string;
  rank: number;
}

async function findTools(ctx: Ctx, words: readonly string[]): Promise<{ items: FoundTool[]; isPartial: boolean }> {
  const rows = await ctx.db.server.findMany({
    where: { organizationId: ctx.organizationId },
    orderBy: { id: "desc" },
    take: SEARCHED_SERVERS_MAX + 1,
    select: {
      ...{ id: true, slug: true, title: true, composedTools: true },
      documents: { select: { key: true, revisionId: true, held: true }, orderBy: { position: "asc" } },
    },
  });
  const servers = rows.slice(0, SEARCHED_SERVERS_MAX);
  const renamed = await readNames(
    ctx,
    servers.map(({ id }) => id),
  );
  const startedAt = performance.now();
  const found: Candidate[] = [];
  let isPartial = rows.length > servers.length;
  for (const { id: serverId, documents, composedTools, slug, title } of servers) {
    if (performance.now() - startedAt > OPENING_MS_MAX) {
      isPartial = true;
      break;
    }
    const server = { slug, title };
    const consider = (name: string, operation: string | null, summary: string) => {
      const rank = rankOf(words, name, `${operation ?? ""} ${summary} ${title} ${slug}`);
      if (rank !== undefined) found.push({ serverId, server, name, operation, rank });
    };
    const own = composedTools as unknown as { name: string; description: string }[];
    for (const { name, description } of own) consider(name, null, description);
    const names = renamed.get(serverId);
    for (const { key, name, summary } of await readServerIndex(ctx, documents))
      consider(names?.get(key) ?? name, key, summary);
  }
  return { items: await likeliest(ctx, found), isPartial };
}

/** The names that people gave to tools, by server and operation. */
async function readNames(ctx: Ctx, serverIds: string[]): Promise<Map<string, Map<string, string>>> {
  const rows = await ctx.db.toolOverride.findMany({
    where: { serverId: { in: serverIds }, patch: { path: ["name"], string_contains: "" } },
    select: { serverId: true, operation: true, patch: true },
    take: RENAMED_MAX,
  });
  const names = new Map<string, Map<string, string>>(serverIds.map((id) => [id, new Map()]));
  for (const { serverId, operation, patch } of rows)
    names.get(serverId)?.set(operation, (patch as { name: string }).name);
  return names;
}

/** Less is likelier; nothing where a word is missing. */
function rankOf(words: readonly string[], name: string, rest: string): number | undefined {
  const own = name.toLowerCase();
  const others = rest.toLowerCase();
  if (!words.every((word) => own.includes(word) || others.includes(word))) return undefined;
  if (words.length === 1 && own === words[0]) return 0;
  if (words.every((word) => own.includes(word))) return own.startsWith(words[0] ?? "") ? 1 : 2;
  return words.some((word) => own.includes(word)) ? 3 : 4;
}

/** Of those that are alike, the picked ones come first. */
async function likeliest(ctx: Ctx, found: Candidate[]): Promise<FoundTool[]> {
  const servers = await ctx.db.server.findMany({
    where: { organizationId: ctx.organizationId, id: { in: [...new Set(found.map(({ serverId }) => serverId))] } },
    select: { id: true, selection: true },
  });
  const picked = new Map(servers.map(({ id, selection }) => [id, new Set(selection as string[])]));
  return found
    .map(({ serverId, rank, ...tool }) => {
      const isPicked = tool.operation === null || picked.get(serverId)?.has(tool.operation) === true;
      return { rank: rank * 2 + (isPicked ? 0 : 1), tool: { ...tool, isPicked } };
    })
    .sort((one, other) => one.rank - other.rank)
    .slice(0, TOOLS_MAX)
    .map(({ tool }) => tool);
}
