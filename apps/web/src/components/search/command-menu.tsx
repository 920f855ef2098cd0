"use client";

import {
  Copy,
  FileText,
  LogOut,
  type LucideIcon,
  PanelTop,
  Plus,
  Search,
  Server,
  Settings,
  SunMoon,
  Wrench,
  X,
} from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { type KeyboardEvent, useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import { leave } from "@/components/shell/actions.ts";
import { type NavigationRights, settingsOf } from "@/components/shell/navigation.tsx";
import type { Theme } from "@/components/shell/theme.ts";
import { useTheme } from "@/components/shell/use-theme.ts";
import { copy } from "@/components/ui/copy.tsx";
import { cx } from "@/components/ui/cx.ts";
import { count } from "@/components/ui/figures.ts";
import { useLeave } from "@/components/ui/leaving.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { type Command, type CommandKind, commandsFor, readQuery, type Surroundings } from "./commands.ts";
import { useSearch } from "./use-search.ts";

const ICONS: Record<CommandKind, LucideIcon> = {
  server: Server,
  page: PanelTop,
  tool: Wrench,
  document: FileText,
  place: Settings,
  new: Plus,
  copy: Copy,
  theme: SunMoon,
  leave: LogOut,
};
const PAGE_LINES = 8;

/** One field that leads to any server, tool, document, page or action: by its button, or with ⌘K (Ctrl+K elsewhere) from everywhere. */
export function CommandMenu({
  rights,
  mayCreateOrganization,
  organizationSlug,
  theme: saved,
}: {
  rights: NavigationRights;
  mayCreateOrganization: boolean;
  organizationSlug: string;
  theme: Theme;
}) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<Element>(null);
  const isApple = useIsApple();
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      // Ctrl+K cuts the rest of a line on Apple's machines.
      const isHeld = isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
      if (!isHeld || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      setOpen((before) => {
        if (!before) opener.current = document.activeElement;
        return !before;
      });
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [isApple]);
  return (
    <Radix.Root open={isOpen} onOpenChange={setOpen}>
      <Radix.Trigger
        aria-keyshortcuts={isApple ? "Meta+K" : "Control+K"}
        onClick={() => (opener.current = null)}
        className="flex h-8 shrink-0 items-center gap-2 rounded-control px-2 text-muted hover:bg-hover hover:text-ink sm:w-52 sm:border sm:border-control sm:bg-sunken"
      >
        <Search size={16} aria-hidden />
        <span className="sr-only sm:not-sr-only">Search</span>
        <kbd aria-hidden className="ml-auto hidden font-sans text-xs text-faint sm:block">
          {isApple ? "⌘K" : "Ctrl K"}
        </kbd>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[oklch(0.15_0.01_75/0.45)]" />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            if (!(opener.current instanceof HTMLElement) || opener.current === document.body) return;
            // Back to where the keys were, not to the button that was not used.
            event.preventDefault();
            opener.current.focus();
          }}
          className={cx(
            "float-in fixed inset-0 z-50 flex flex-col overflow-hidden bg-surface",
            "sm:inset-auto sm:top-[12vh] sm:left-1/2 sm:max-h-[76vh] sm:w-[calc(100vw-48px)] sm:max-w-xl sm:-translate-x-1/2 sm:rounded-card sm:border sm:border-line sm:shadow-float",
          )}
        >
          <Radix.Title className="sr-only">Search</Radix.Title>
          <Menu
            rights={rights}
            mayCreateOrganization={mayCreateOrganization}
            organizationSlug={organizationSlug}
            savedTheme={saved}
            onDone={() => setOpen(false)}
          />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Menu({
  rights,
  mayCreateOrganization,
  organizationSlug,
  savedTheme,
  onDone,
}: {
  rights: NavigationRights;
  mayCreateOrganization: boolean;
  organizationSlug: string;
  savedTheme: Theme;
  onDone: () => void;
}) {
  const [text, setText] = useState("");
  const [currentId, setCurrentId] = useState<string>();
  const [theme, chooseTheme] = useTheme(savedTheme);
  const router = useRouter();
  const leavePage = useLeave();
  const toast = useToast();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const { found, state } = useSearch(readQuery(text).asked, true);
  const slug = /^\/servers\/([^/]+)/.exec(usePathname())?.[1];
  const around: Surroundings = {
    rights,
    mayCreateOrganization,
    settings: settingsOf(rights),
    here: slug
      ? (found.servers.find((server) => server.slug === slug) ?? {
          slug,
          title: slug,
          mcpUrl: `${window.location.origin}/mcp/${organizationSlug}/${slug}`,
        })
      : undefined,
    theme,
  };
  const groups = commandsFor(text, found, around);
  const commands = groups.flatMap((group) => group.commands);
  const at = Math.max(
    0,
    commands.findIndex((command) => command.id === currentId),
  );
  const current = commands[at];
  // Its place: what a command is called has spaces, which no id may have.
  const optionId = (command: Command) => `${id}-${commands.indexOf(command)}`;

  const move = (index: number) => {
    const target = commands[index];
    if (!target) return;
    setCurrentId(target.id);
    document.getElementById(optionId(target))?.scrollIntoView({ block: "nearest" });
  };
  const run = async ({ deed }: Command, isElsewhere: boolean) => {
    if (deed.type === "go" && isElsewhere) return void window.open(deed.href, "_blank", "noopener");
    if (deed.type === "copy") {
      // Before the menu is gone: the old way of copying needs a place inside it.
      if (await copy(deed.text)) toast(deed.said);
    }
    onDone();
    if (deed.type === "go") leavePage(() => router.push(deed.href));
    if (deed.type === "theme") chooseTheme(deed.theme);
    if (deed.type === "leave") await leave();
  };
  const press = (event: KeyboardEvent) => {
    // A word that is still being composed takes its keys itself.
    if (event.nativeEvent.isComposing) return;
    const last = commands.length - 1;
    const moves: Record<string, number> = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowUp: at === 0 ? last : at - 1,
      PageDown: Math.min(last, at + PAGE_LINES),
      PageUp: Math.max(0, at - PAGE_LINES),
    };
    const target = moves[event.key];
    if (target !== undefined) move(target);
    else if (event.key === "Enter" && current) void run(current, event.metaKey || event.ctrlKey);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div className="flex items-center gap-2 border-b pr-2 pl-4">
        <Search size={16} aria-hidden className="shrink-0 text-faint" />
        <input
          role="combobox"
          aria-label="Search servers, tools, documents, settings and actions"
          aria-expanded={commands.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={current ? optionId(current) : undefined}
          aria-autocomplete="list"
          placeholder="Server, tool, page or action"
          value={text}
          spellCheck={false}
          autoComplete="off"
          maxLength={200}
          onChange={(event) => {
            setText(event.target.value);
            setCurrentId(undefined);
            list.current?.scrollTo({ top: 0 });
          }}
          onKeyDown={press}
          className="h-12 min-w-0 flex-1 bg-transparent text-md outline-none"
        />
        <Radix.Close
          aria-label="Close"
          className="inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-hover hover:text-ink"
        >
          <X size={16} aria-hidden />
        </Radix.Close>
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label="Results"
        tabIndex={-1}
        className="min-h-0 flex-1 overflow-y-auto p-2 pb-4 outline-none"
      >
        {groups.map((group, index) => (
          // biome-ignore lint/a11y/useSemanticElements: options of a listbox are in a group (ARIA, listbox), and the element that the rule wants is a fieldset, which is none of those.
          <div key={group.title} role="group" aria-labelledby={`${id}-group-${index}`} className="pt-2 first:pt-0">
            <p id={`${id}-group-${index}`} className="px-2 py-1 text-xs text-muted">
              {group.title}
            </p>
            {group.commands.map((command) => (
              <Line
                key={command.id}
                id={optionId(command)}
                command={command}
                isCurrent={command === current}
                onPoint={() => setCurrentId(command.id)}
                onRun={(isElsewhere) => void run(command, isElsewhere)}
              />
            ))}
          </div>
        ))}
      </div>
      {state === "failed" ? (
        <p role="alert" className="border-t px-4 py-2 text-sm text-muted">
          Servers and tools could not be searched. Change a letter to try again.
        </p>
      ) : null}
      <p role="status" className={cx("min-h-9 border-t px-4 py-2 text-sm text-muted", state === "failed" && "sr-only")}>
        {statusOf(state, commands.length, found.isPartial)}
      </p>
    </>
  );
}

/** Said once the answer is there, not for every letter on the way. */
function statusOf(state: "asking" | "known" | "failed", results: number, isPartial: boolean): string {
  if (state === "asking") return "";
  if (results === 0) return "Nothing has all of these words";
  return `${count(results, "result")}${isPartial ? ", without the tools of older servers" : ""}`;
}

function Line({
  id,
  command: { kind, label, detail },
  isCurrent,
  onPoint,
  onRun,
}: {
  id: string;
  command: Command;
  isCurrent: boolean;
  onPoint: () => void;
  onRun: (isElsewhere: boolean) => void;
}) {
  const Icon = ICONS[kind];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field keeps the focus and takes the keys for its options (ARIA, combobox); clicking is for the pointer.
    <div
      id={id}
      role="option"
      aria-selected={isCurrent}
      onPointerMove={onPoint}
      onClick={(event) => onRun(event.metaKey || event.ctrlKey)}
      className={cx(
        "flex min-h-9 cursor-pointer items-center gap-3 rounded-control px-2 py-1.5 sm:py-1",
        isCurrent && "bg-hover",
      )}
    >
      <Icon size={16} aria-hidden className={cx("shrink-0", isCurrent ? "text-accent" : "text-faint")} />
      <span className="flex min-w-0 flex-1 flex-col sm:flex-row sm:items-baseline sm:gap-3">
        <span className={cx("truncate sm:max-w-[60%] sm:shrink-0", kind === "tool" && "font-mono text-sm")}>
          {label}
        </span>
        {detail ? (
          <span className="min-w-0 truncate text-sm text-muted sm:ml-auto">
            <span className="sr-only">, </span>
            {detail}
          </span>
        ) : null}
      </span>
    </div>
  );
}

function useIsApple(): boolean {
  return useSyncExternalStore(
    () => () => {},
    () => /Mac|iPhone|iPad/.test(navigator.platform),
    () => false,
  );
}
