import type { FoundServer, SearchResult } from "@portico/services";
import type { Theme } from "@/components/shell/theme.ts";
import { type ServerRights, serverPages } from "../server/server-pages.ts";
import { toolHref } from "../tool/tool-href.ts";

export type CommandKind = "server" | "page" | "tool" | "document" | "place" | "new" | "copy" | "theme" | "leave";

/** What a line of the menu does. */
export type Deed =
  | { type: "go"; href: string }
  | { type: "copy"; text: string; said: string }
  | { type: "theme"; theme: Theme }
  | { type: "leave" };

export interface Command {
  id: string;
  kind: CommandKind;
  label: string;
  /** What tells it from others of the same name. */
  detail?: string;
  deed: Deed;
}

export interface CommandGroup {
  title: string;
  commands: Command[];
}

/** What the menu offers of the page it is opened on. */
export interface Surroundings {
  rights: ServerRights;
  mayCreateOrganization: boolean;
  /** The settings that the person may enter. */
  settings: readonly { href: string; label: string }[];
  /** The server whose page this is. */
  here: Pick<FoundServer, "slug" | "title" | "mcpUrl"> | undefined;
  theme: Theme;
}

const PAGES_MAX = 8;
const SERVERS_MAX = 6;
const TOOLS_MAX = 20;
/** Tools whose other pages are offered beside them. */
const UNFOLDED_TOOLS_MAX = 2;

/** Words that mean a page of a tool, when there are others beside them. */
const TOOL_PAGES: { page: string; words: string[]; label: (name: string) => string }[] = [
  { page: "try", words: ["try", "test", "call"], label: (name) => `Try ${name}` },
  { page: "answer", words: ["answer", "shape"], label: (name) => `Shape the answer of ${name}` },
];

const THEMES: { theme: Theme; label: string }[] = [
  { theme: "light", label: "Light theme" },
  { theme: "dark", label: "Dark theme" },
  { theme: "system", label: "Theme as the system" },
];

/** What was typed, as the menu understands it: "try list pets" is the page "try" of a tool that has "list pets". */
export function readQuery(text: string): { words: string[]; asked: string; toolPage: string | undefined } {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const meant = TOOL_PAGES.find((page) => words.some((word) => page.words.includes(word)));
  const rest = meant ? words.filter((word) => !meant.words.includes(word)) : words;
  return meant && rest.length > 0
    ? { words, asked: rest.join(" "), toolPage: meant.page }
    : { words, asked: words.join(" "), toolPage: undefined };
}

/** All that fits what was typed, by kind; the kind that fits best comes first. Nothing that the person may not do. */
export function commandsFor(text: string, found: SearchResult, around: Surroundings): CommandGroup[] {
  const { words, toolPage } = readQuery(text);
  const { rights, here } = around;
  const has = ({ label, detail = "" }: Command) => {
    const own = `${label} ${detail}`.toLowerCase();
    return words.every((word) => own.includes(word));
  };
  const isIdle = words.length === 0;
  const others = found.servers.filter(({ slug }) => slug !== here?.slug);
  const servers = here ? [here, ...others] : others;
  const pages = (isIdle ? (here ? [here] : []) : servers).flatMap(({ slug, title }) =>
    serverPages(slug, rights)
      .filter(({ page }) => page !== "overview" || isIdle)
      .map(({ page, href, label }) => go(`page:${slug}/${page}`, "page", label, href, isIdle ? undefined : title)),
  );
  const groups: CommandGroup[] = [
    { title: "This server", commands: isIdle && here ? [...pages, copyUrl(here)] : [] },
    {
      title: "Servers",
      commands: (isIdle ? others : servers)
        .map(({ slug, title }) => go(`server:${slug}`, "server", title, `/servers/${slug}`, slug))
        .filter(has)
        .slice(0, SERVERS_MAX),
    },
    { title: "Tools", commands: toolCommands(found, toolPage, rights).slice(0, TOOLS_MAX) },
    { title: "Pages of servers", commands: isIdle ? [] : pages.filter(has).slice(0, PAGES_MAX) },
    {
      title: "Documents",
      commands: isIdle
        ? []
        : found.documents.map(({ id, title }) => go(`document:${id}`, "document", title, `/documents/${id}`)),
    },
    { title: "Actions", commands: [...actions(around), ...(isIdle ? [] : servers.map(copyUrl))].filter(has) },
    { title: "Go to", commands: places(around).filter(has) },
  ];
  const filled = groups.filter(({ commands }) => commands.length > 0);
  if (isIdle) return filled;
  const typed = words.join(" ");
  const score = ({ commands }: CommandGroup) =>
    Math.min(...commands.map(({ label }) => scoreOf(label.toLowerCase(), typed)));
  return filled.toSorted((one, other) => score(one) - score(other));
}

function scoreOf(label: string, typed: string): number {
  if (label === typed) return 0;
  return label.startsWith(typed) ? 1 : 2;
}

function go(id: string, kind: CommandKind, label: string, href: string, detail?: string): Command {
  return {
    id,
    kind,
    label,
    deed: { type: "go", href },
    ...(detail && detail !== label.toLowerCase() ? { detail } : {}),
  };
}

function copyUrl({ slug, title, mcpUrl }: Pick<FoundServer, "slug" | "title" | "mcpUrl">): Command {
  const deed: Deed = { type: "copy", text: mcpUrl, said: `Copied the URL of ${title}` };
  return { id: `copy:${slug}`, kind: "copy", label: `Copy the URL of ${title}`, deed };
}

/** The first tools with all their pages; of a page that was asked for, that page alone. */
function toolCommands(
  { tools }: SearchResult,
  asked: string | undefined,
  { mayWrite }: Surroundings["rights"],
): Command[] {
  const toolPage = mayWrite ? asked : undefined;
  return tools.flatMap(({ server, name, operation, isPicked }, index) => {
    const serverHref = `/servers/${server.slug}`;
    const id = `tool:${server.slug}/${operation ?? name}`;
    const detail = [operation, server.title, isPicked ? "" : "not picked"].filter(Boolean).join(" · ");
    if (operation === null) return [go(id, "tool", name, `${serverHref}/own-tools`, detail)];
    const href = toolHref(serverHref, operation);
    const more = TOOL_PAGES.filter(({ page }) => (toolPage ? page === toolPage : index < UNFOLDED_TOOLS_MAX))
      .filter(() => mayWrite)
      .map(({ page, label }) => go(`${id}/${page}`, "tool", label(name), `${href}/${page}`, detail));
    return toolPage ? more : [go(id, "tool", name, href, detail), ...more];
  });
}

function actions({ rights, mayCreateOrganization, theme }: Surroundings): Command[] {
  return [
    ...(rights.mayWrite ? [go("new-server", "new", "New server", "/new")] : []),
    ...(mayCreateOrganization ? [go("new-organization", "new", "New organization", "/new-organization")] : []),
    ...THEMES.filter((other) => other.theme !== theme).map(
      ({ theme, label }): Command => ({ id: `theme:${theme}`, kind: "theme", label, deed: { type: "theme", theme } }),
    ),
    { id: "leave", kind: "leave", label: "Sign out", deed: { type: "leave" } },
  ];
}

function places({ settings }: Surroundings): Command[] {
  return [
    go("place:/", "place", "Servers", "/"),
    ...settings.map(({ href, label }) => go(`place:${href}`, "place", label, href, "Settings")),
    go("place:/account", "place", "Your account", "/account"),
    go("place:/connections", "place", "Your connections", "/connections"),
  ];
}
