import {
  createStandIns,
  listSearchMode,
  type Icon as McpIcon,
  SEARCH_MODE_NAMES,
  type ServedVersion,
  withWidgets,
} from "@portico/mcp";
import type { Dialect, Tool } from "@portico/openapi";
import {
  createToolSearch,
  type Deps,
  type Icon,
  inOrganization,
  type LoadedVersion,
  loadToolsList,
  loadVersion,
  type OpenProfile,
  openCredentials,
  openIcon,
  type Places,
  resolveServer,
  type ServerPointer,
  type ToolSearch,
  viewOf,
} from "@portico/services";
import type { Person } from "@portico/upstream";
import { LRUCache } from "lru-cache";
import { type Offers, offersOf } from "./resources.ts";
import { createSizedCache } from "./sized-cache.ts";
import { keyOf, type ToolView, viewedLists } from "./views.ts";

/** A published version in the shape that serving wants. */
export interface Serving {
  server: ServerPointer;
  version: ServedVersion;
  tools: ReadonlyMap<string, Tool>;
  /** Of a version whose tools are found by searching. */
  search: ToolSearch | undefined;
  /** Of a version whose prompts and resources are tools too, for clients that know neither. */
  standIns: ReturnType<typeof createStandIns> | undefined;
  /** Where calls go, where the documents alone do not say. */
  places: Places;
  /** A picture that is served from here. */
  icon: Picture | undefined;
  /** What reads resources, by their address or its template. */
  bound: Offers["bound"];
  source: LoadedVersion;
  /** What the caller runs with; null: the server's own settings. */
  profile: OpenProfile | null;
  /** What arguments can be of the caller; nothing of a machine. */
  person: Person;
}

/** What is known of a machine. */
export const NO_FACTS: Person = Object.freeze({});

type Picture = Extract<Icon, { bytes: Buffer }>;

const POINTERS_MAX = 10_000;
/** A pointer, and a server's credentials, are looked up again this often even if no announcement reached us. */
const POINTER_TTL_MS = 60_000;
/** How exact that is. */
const CLOCK_MS = 1_000;
/** Manifests as JSON; in memory they take about twice as much. */
const VERSIONS_BYTES_MAX = 128 * 1024 * 1024;
const LISTS_BYTES_MAX = 64 * 1024 * 1024;
/** What views add to the versions that they are of: their lists, and where tools are found by searching, an index. */
const VIEWS_BYTES_MAX = 64 * 1024 * 1024;

type Loaded = Omit<Serving, "server" | "profile" | "person"> & { bytes: number };

/** One query for an address, however many ask at once. The id is known when it has been answered. */
interface Lookup {
  pointer: Promise<ServerPointer | null>;
  /** What came of it. */
  found?: ServerPointer;
}

/**
 * From /mcp/{organization}/{server} to what is served there. Versions are immutable and cached by id; only the pointer is looked up,
 * from a cache that "server-changed" announcements drop.
 */
export async function createServers(deps: Deps, { onCredentials = () => {} }: { onCredentials?: () => void } = {}) {
  const pointers = new LRUCache<string, Lookup>({ max: POINTERS_MAX, ttl: POINTER_TTL_MS, ttlResolution: CLOCK_MS });
  const lists = createSizedCache<Buffer>({
    bytesMax: LISTS_BYTES_MAX,
    bytesOf: (list) => list.length,
    load: async (key) => {
      const [versionId = "", dialect, ...has] = key.split("/");
      const list = await loadToolsList(deps, versionId, dialect as Dialect, has.includes("output"));
      if (list === null) return null;
      if (!has.includes("widgets")) return Buffer.from(list);
      const version = await versions.get(versionId);
      return version && Buffer.from(withWidgets(list, (name) => hasWidget(version.tools.get(name))));
    },
  });
  const versions = createSizedCache<Loaded>({
    bytesMax: VERSIONS_BYTES_MAX,
    bytesOf: ({ bytes }) => bytes,
    load: async (versionId) => {
      const version = await loadVersion(deps, versionId);
      return version && toLoaded(version, deps.publicUrl, (...has) => listOf(versionId, ...has));
    },
  });
  const views = new LRUCache<string, Loaded>({
    maxSize: VIEWS_BYTES_MAX,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes),
  });
  const credentials = new LRUCache<string, ReturnType<typeof openCredentials>>({
    max: POINTERS_MAX,
    ttl: POINTER_TTL_MS,
    ttlResolution: CLOCK_MS,
  });

  const unsubscribe = await Promise.all([
    deps.state.subscribe(
      "server-changed",
      (serverId) => {
        // A lookup on its way may have read what was there before.
        for (const [path, { found }] of pointers.entries())
          if (found === undefined || found.id === serverId) pointers.delete(path);
      },
      () => pointers.clear(),
    ),
    deps.state.subscribe(
      "credentials-changed",
      (serverId) => {
        credentials.delete(serverId);
        onCredentials();
      },
      () => {
        credentials.clear();
        onCredentials();
      },
    ),
  ]);

  function pointerOf(organization: string, slug: string): ServerPointer | Promise<ServerPointer | null> {
    const path = `${organization}/${slug}`;
    const known = pointers.get(path);
    if (known) return known.found ?? known.pointer;
    const lookup: Lookup = { pointer: resolveServer(deps, organization, slug) };
    pointers.set(path, lookup);
    const forget = () => {
      if (pointers.peek(path) === lookup) pointers.delete(path);
    };
    lookup.pointer.then((pointer) => {
      if (pointer) lookup.found = pointer;
      else forget();
    }, forget);
    return lookup.pointer;
  }

  async function listOf(versionId: string, dialect: Dialect, hasOutput: boolean, hasWidgets: boolean): Promise<Buffer> {
    const output = hasOutput && dialect === "full" ? "/output" : "";
    const list = await lists.get(`${versionId}/${dialect}${output}${hasWidgets ? "/widgets" : ""}`);
    if (list === null) throw new Error(`The version ${versionId} has no tools list for ${dialect}.`);
    return list;
  }

  function served(server: ServerPointer | null): Serving | null | Promise<Serving | null> {
    if (server?.status !== "live" || !server.versionId) return null;
    const version = versions.peek(server.versionId);
    if (version) return servingOf(server, version);
    return versions.get(server.versionId).then((loaded) => loaded && servingOf(server, loaded));
  }

  return {
    /**
     * What is served there now; null when there is no such server, it is paused, or it was never published. Where it is known nothing is
     * waited for.
     */
    resolve(organization: string, slug: string): Serving | null | Promise<Serving | null> {
      const server = pointerOf(organization, slug);
      return server instanceof Promise ? server.then(served) : served(server);
    },
    /** The same as one caller may see it. */
    viewed(serving: Serving, view: ToolView): Serving {
      const key = keyOf(view);
      if (key === undefined) return serving;
      const { server, version, source } = serving;
      const path = `${version.versionId}/${key}`;
      let seen = views.get(path);
      if (!seen) {
        const manifest = viewOf(source.manifest, view);
        const share = (manifest.tools.length + 1) / (source.manifest.tools.length + 1);
        const lists = viewedLists(manifest.tools, (...has) => listOf(version.versionId, ...has));
        seen = toLoaded({ ...source, manifest, bytes: source.bytes * share }, deps.publicUrl, lists);
        if (view.isPersonal) seen.version.isPersonal = true;
        views.set(path, seen);
      }
      return servingOf(server, seen);
    },
    /** The picture of a version, whether it is served now or not. */
    async iconOf(versionId: string): Promise<Picture | undefined> {
      return (await versions.get(versionId))?.icon;
    },
    credentialsOf({ id: serverId, organizationId }: Pick<ServerPointer, "id" | "organizationId">) {
      const known = credentials.get(serverId);
      if (known) return known;
      const opening = openCredentials(inOrganization(deps, organizationId), serverId);
      credentials.set(serverId, opening);
      opening.catch(() => credentials.delete(serverId));
      return opening;
    },
    async close() {
      await Promise.all(unsubscribe.map((end) => end()));
    },
  };
}

const hasWidget = (tool: Tool | undefined) => tool?.widget === true;

const servings = new WeakMap<Loaded, Serving>();

/** The same object for as long as neither changes: what is served is many fields, and calls are many. */
function servingOf(server: ServerPointer, loaded: Loaded): Serving {
  let serving = servings.get(loaded);
  if (serving?.server !== server) {
    serving = { server, profile: null, person: NO_FACTS, ...loaded };
    servings.set(loaded, serving);
  }
  return serving;
}

export type Servers = Awaited<ReturnType<typeof createServers>>;

function toLoaded(source: LoadedVersion, publicUrl: string, toolsList: ServedVersion["toolsList"]): Loaded {
  const { id, organizationId, serverId, number, manifest, bytes } = source;
  const { title, instructions, dialect, toolMode, tools } = manifest;
  const { bound, ...offers } = offersOf(manifest);
  const icon = manifest.icon === undefined ? undefined : openIcon(manifest.icon);
  const search = toolMode === "search" ? createToolSearch(title, tools) : undefined;
  const names = [...tools.map(({ name }) => name), ...(search ? SEARCH_MODE_NAMES : [])];
  const { standInTools = false, readAnswers = false, searchTexts = false } = manifest;
  const standIns =
    standInTools || readAnswers || searchTexts
      ? createStandIns(
          {
            ...(standInTools ? offers : {}),
            readsAnswers: readAnswers,
            ...(searchTexts ? { searched: offers.resources } : {}),
          },
          names,
        )
      : undefined;
  return {
    version: {
      versionId: id,
      serverId,
      organizationId,
      serverInfo: { name: title, title, version: String(number) },
      ...(icon ? { icons: [toMcpIcon(icon, manifest.icon ?? "", id, publicUrl)] } : {}),
      ...(instructions ? { instructions } : {}),
      toolsList: search ? (dialect) => listSearchMode([...search.front.values()], dialect) : toolsList,
      dialect,
      // In search mode calls go through one tool for all.
      hasWidgets: !search && tools.some(hasWidget),
      ...offers,
      ...(standIns ? { standIns } : {}),
      toolNames: new Set([...names, ...(standIns?.tools ?? []).map(({ name }) => name)]),
    },
    tools: new Map(tools.map((tool) => [tool.name, tool])),
    bound,
    search,
    icon: icon && "bytes" in icon ? icon : undefined,
    standIns,
    places: manifest,
    source,
    bytes: Math.ceil(bytes),
  };
}

/** Clients load pictures over https only; where there is none, as on a laptop, the picture itself is sent. */
function toMcpIcon(icon: Icon, text: string, versionId: string, publicUrl: string): McpIcon {
  if ("url" in icon) return { src: icon.url };
  const { mimeType } = icon;
  const sizes = mimeType === "image/svg+xml" ? { sizes: ["any"] } : {};
  return { src: publicUrl.startsWith("https:") ? publicUrl + iconPath(versionId) : text, mimeType, ...sizes };
}

/** Where the picture of a version is. A version never changes, so it may be kept for ever. */
export function iconPath(versionId: string): string {
  return `/icons/${versionId}`;
}
