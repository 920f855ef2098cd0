"use client";

import {
  Bot,
  Building2,
  Cable,
  Fingerprint,
  Gauge,
  KeyRound,
  Plug,
  Plus,
  ScrollText,
  Server,
  Settings,
  Users,
  UsersRound,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ServerRights } from "@/components/server/server-pages.ts";
import { cx } from "@/components/ui/cx.ts";
import { LinkTabs } from "@/components/ui/link-tabs.tsx";

export interface NavigationRights extends ServerRights {
  mayManageKeys: boolean;
  mayReadAudit: boolean;
}

const SERVERS = {
  href: "/",
  label: "Servers",
  icon: Server,
  isIn: (path: string) =>
    path === "/" || path.startsWith("/servers/") || path.startsWith("/documents/") || path.startsWith("/import/"),
};
const NEW = { href: "/new", label: "New server", icon: Plus, isIn: (path: string) => path === "/new" };
const ORGANIZATION = {
  href: "/settings/organization",
  label: "Organization",
  icon: Building2,
  isIn: (path: string) => path === "/settings/organization",
};
const MEMBERS = {
  href: "/settings/members",
  label: "Members",
  icon: Users,
  isIn: (path: string) => path === "/settings/members",
};
const TEAMS = {
  href: "/settings/teams",
  label: "Teams",
  icon: UsersRound,
  isIn: (path: string) => path === "/settings/teams",
};
const KEYS = {
  href: "/settings/api-keys",
  label: "API keys",
  icon: KeyRound,
  isIn: (path: string) => path === "/settings/api-keys",
};
const CLIENTS = {
  href: "/settings/oauth-clients",
  label: "OAuth clients",
  icon: Plug,
  isIn: (path: string) => path === "/settings/oauth-clients",
};
const MODELS = {
  href: "/settings/model-providers",
  label: "Model providers",
  icon: Bot,
  isIn: (path: string) => path === "/settings/model-providers",
};
const SSO = {
  href: "/settings/single-sign-on",
  label: "Single sign-on",
  icon: Fingerprint,
  isIn: (path: string) => path === "/settings/single-sign-on",
};
const CONNECTIONS = {
  href: "/settings/connections",
  label: "Connections",
  icon: Cable,
  isIn: (path: string) => path === "/settings/connections",
};
const LIMITS = {
  href: "/settings/limits",
  label: "Limits",
  icon: Gauge,
  isIn: (path: string) => path === "/settings/limits",
};
const AUDIT = {
  href: "/settings/audit-log",
  label: "Audit log",
  icon: ScrollText,
  isIn: (path: string) => path === "/settings/audit-log",
};
/** On a narrow page: one place for all settings, with tabs inside. */
const SETTINGS = {
  href: "/settings/members",
  label: "Settings",
  icon: Settings,
  isIn: (path: string) => path.startsWith("/settings/"),
};

/** The settings that somebody may enter. */
export function settingsOf({ mayManageKeys, mayReadAudit }: NavigationRights) {
  return [
    MEMBERS,
    TEAMS,
    ...(mayManageKeys ? [CONNECTIONS, KEYS, CLIENTS, MODELS, SSO, LIMITS] : []),
    ...(mayReadAudit ? [AUDIT] : []),
    ...(mayManageKeys ? [ORGANIZATION] : []),
  ];
}

/** The same places at the side of a wide page and at the bottom of a narrow one. Places that somebody may not enter are not shown. */
export function SideBar(rights: NavigationRights) {
  return (
    <nav
      aria-label="Main"
      className="sticky top-12 hidden h-[calc(100dvh-48px)] w-52 shrink-0 flex-col gap-0.5 border-r p-3 md:flex"
    >
      <Place {...SERVERS} />
      <p className="px-2 pt-4 pb-1 text-xs text-faint">Settings</p>
      {settingsOf(rights).map((place) => (
        <Place key={place.href} {...place} />
      ))}
    </nav>
  );
}

function Place({ href, label, icon: Icon, isIn }: typeof SERVERS) {
  const isCurrent = isIn(usePathname());
  return (
    <Link
      href={href}
      aria-current={isCurrent ? "page" : undefined}
      className={cx(
        "flex h-8 items-center gap-2 rounded-control px-2 font-medium",
        isCurrent ? "bg-hover text-ink" : "text-muted hover:bg-hover hover:text-ink",
      )}
    >
      <Icon size={16} aria-hidden className={isCurrent ? "text-accent" : ""} />
      {label}
    </Link>
  );
}

/** Between the settings on a narrow page, whose bar has one place for all of them. */
export function SettingsTabs(rights: NavigationRights) {
  const places = settingsOf(rights);
  if (places.length === 1) return null;
  return (
    <div className="mb-6 md:hidden">
      <LinkTabs label="Settings" tabs={places.map(({ href, label }) => ({ href, label }))} />
    </div>
  );
}

export function BottomBar({ mayWrite }: NavigationRights) {
  const path = usePathname();
  const places = [SERVERS, ...(mayWrite ? [NEW] : []), SETTINGS];
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 flex border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places.map(({ href, label, icon: Icon, isIn }) => (
        <Link
          key={href}
          href={href}
          aria-current={isIn(path) ? "page" : undefined}
          className={cx(
            "flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-xs font-medium -outline-offset-2",
            isIn(path) ? "text-accent" : "text-muted",
          )}
        >
          <Icon size={20} aria-hidden />
          {label}
        </Link>
      ))}
    </nav>
  );
}
