"use client";

import { Gauge, KeyRound, Plug, Plus, Server, Users } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cx } from "@/components/ui/cx.ts";

export interface NavigationRights {
  mayWrite: boolean;
  mayManageKeys: boolean;
}

const SERVERS = {
  href: "/",
  label: "Servers",
  icon: Server,
  isIn: (path: string) =>
    path === "/" || path.startsWith("/servers/") || path.startsWith("/documents/") || path.startsWith("/import/"),
};
const NEW = { href: "/new", label: "New server", icon: Plus, isIn: (path: string) => path === "/new" };
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
const LIMITS = {
  href: "/settings/limits",
  label: "Limits",
  icon: Gauge,
  isIn: (path: string) => path === "/settings/limits",
};
const MEMBERS = {
  href: "/settings/members",
  label: "Members",
  icon: Users,
  isIn: (path: string) => path === "/settings/members",
};

/** The same places at the side of a wide page and at the bottom of a narrow one. Places that somebody may not enter are not shown. */
export function SideBar({ mayManageKeys }: NavigationRights) {
  return (
    <nav
      aria-label="Main"
      className="sticky top-12 hidden h-[calc(100dvh-48px)] w-52 shrink-0 flex-col gap-0.5 border-r p-3 md:flex"
    >
      <Place {...SERVERS} />
      <p className="px-2 pt-4 pb-1 text-xs text-faint">Settings</p>
      {mayManageKeys ? <Place {...KEYS} /> : null}
      {mayManageKeys ? <Place {...CLIENTS} /> : null}
      <Place {...MEMBERS} />
      {mayManageKeys ? <Place {...LIMITS} /> : null}
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

export function BottomBar({ mayWrite, mayManageKeys }: NavigationRights) {
  const path = usePathname();
  const places = [SERVERS, ...(mayWrite ? [NEW] : []), ...(mayManageKeys ? [KEYS] : []), MEMBERS];
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
