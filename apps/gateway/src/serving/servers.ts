import type { ServedVersion } from "@portico/mcp";
import type { Tool } from "@portico/openapi";
import { type Deps, loadVersion, openCredentials, resolveServer, type ServerPointer } from "@portico/services";
import { LRUCache } from "lru-cache";

/** A published version in the shape that serving wants. */
export interface Serving {
  server: ServerPointer;
  version: ServedVersion;
  tools: ReadonlyMap<string, Tool>;
  baseUrl: string | undefined;
  documentUrl: string | undefined;
}

const POINTERS_MAX = 10_000;
/** A pointer, and a server's credentials, are looked up again this often even if no announcement reached us. */
const POINTER_TTL_MS = 60_000;
const VERSIONS_MAX = 200;

type Loaded = Omit<Serving, "server">;

/** One query for an address, however many ask at once. The id is known when it has been answered. */
interface Lookup {
  pointer: Promise<ServerPointer | null>;
  id?: string;
}

/**
 * From /mcp/{organization}/{server} to what is served there. Versions are immutable and cached by id; only the pointer is looked up,
 * from a cache that "server-changed" announcements drop.
 */
export async function createServers(deps: Deps) {
  const pointers = new LRUCache<string, Lookup>({ max: POINTERS_MAX, ttl: POINTER_TTL_MS });
  const versions = new LRUCache<string, Promise<Loaded | null>>({ max: VERSIONS_MAX });
  const credentials = new LRUCache<string, ReturnType<typeof openCredentials>>({
    max: POINTERS_MAX,
    ttl: POINTER_TTL_MS,
  });

  const unsubscribe = await Promise.all([
    deps.state.subscribe(
      "server-changed",
      (serverId) => {
        // A lookup on its way may have read what was there before.
        for (const [path, { id }] of pointers.entries()) if (id === undefined || id === serverId) pointers.delete(path);
      },
      () => pointers.clear(),
    ),
    deps.state.subscribe(
      "credentials-changed",
      (serverId) => {
        credentials.delete(serverId);
      },
      () => credentials.clear(),
    ),
  ]);

  function pointerOf(organization: string, slug: string): Promise<ServerPointer | null> {
    const path = `${organization}/${slug}`;
    const known = pointers.get(path);
    if (known) return known.pointer;
    const lookup: Lookup = { pointer: resolveServer(deps, organization, slug) };
    pointers.set(path, lookup);
    const forget = () => {
      if (pointers.peek(path) === lookup) pointers.delete(path);
    };
    lookup.pointer.then((pointer) => {
      if (pointer) lookup.id = pointer.id;
      else forget();
    }, forget);
    return lookup.pointer;
  }

  function load(server: ServerPointer, versionId: string): Promise<Loaded | null> {
    const known = versions.get(versionId);
    if (known) return known;
    const loading = loadVersion(deps, versionId).then((version) => version && toLoaded(server, version));
    versions.set(versionId, loading);
    // A version that could not be read is read again next time.
    loading.then(
      (loaded) => loaded ?? versions.delete(versionId),
      () => versions.delete(versionId),
    );
    return loading;
  }

  return {
    /** What is served there now; null when there is no such server, it is paused, or it was never published. */
    async resolve(organization: string, slug: string): Promise<Serving | null> {
      const server = await pointerOf(organization, slug);
      if (server?.status !== "live" || !server.versionId) return null;
      const loaded = await load(server, server.versionId);
      return loaded && { server, ...loaded };
    },
    credentialsOf(serverId: string) {
      const known = credentials.get(serverId);
      if (known) return known;
      const opening = openCredentials(deps, serverId);
      credentials.set(serverId, opening);
      opening.catch(() => credentials.delete(serverId));
      return opening;
    },
    async close() {
      await Promise.all(unsubscribe.map((end) => end()));
    },
  };
}

export type Servers = Awaited<ReturnType<typeof createServers>>;

function toLoaded(
  server: ServerPointer,
  { id, number, manifest }: NonNullable<Awaited<ReturnType<typeof loadVersion>>>,
): Loaded {
  const { title, instructions, lists, dialect, tools, baseUrl, documentUrl } = manifest;
  return {
    version: {
      versionId: id,
      serverId: server.id,
      organizationId: server.organizationId,
      serverInfo: { name: title, title, version: String(number) },
      ...(instructions ? { instructions } : {}),
      toolsListJson: lists,
      dialect,
      toolNames: new Set(tools.map(({ name }) => name)),
    },
    tools: new Map(tools.map((tool) => [tool.name, tool])),
    baseUrl,
    documentUrl,
  };
}
