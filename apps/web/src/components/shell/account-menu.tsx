"use client";

import { ChevronDown, LogOut, Monitor, Moon, Plug, Sun, UserRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { useLeave } from "@/components/ui/leaving.tsx";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from "@/components/ui/menu.tsx";
import { leave } from "./actions.ts";
import type { Theme } from "./theme.ts";
import { useTheme } from "./use-theme.ts";

const THEMES = [
  { value: "system", label: "As the system", icon: <Monitor size={16} aria-hidden /> },
  { value: "light", label: "Light", icon: <Sun size={16} aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon size={16} aria-hidden /> },
] as const;

export function AccountMenu({ name, email, theme: saved }: { name: string; email: string; theme: Theme }) {
  const [theme, choose] = useTheme(saved);
  const [, start] = useTransition();
  const router = useRouter();
  const leavePage = useLeave();
  return (
    <Menu
      trigger={
        <Button look="quiet" aria-label={`Account of ${name}`} className="px-2! sm:px-3!">
          <UserRound size={16} aria-hidden className="sm:hidden" />
          <span className="hidden max-w-32 truncate sm:inline">{name}</span>
          <ChevronDown size={16} aria-hidden />
        </Button>
      }
    >
      <MenuLabel>
        <span className="block font-medium">{name}</span>
        <span className="block text-sm text-muted">{email}</span>
      </MenuLabel>
      <MenuSeparator />
      <MenuChoice label="Theme" value={theme} options={THEMES} onChange={choose} />
      <MenuSeparator />
      <MenuItem icon={<UserRound size={16} aria-hidden />} onSelect={() => leavePage(() => router.push("/account"))}>
        Your account
      </MenuItem>
      <MenuItem icon={<Plug size={16} aria-hidden />} onSelect={() => leavePage(() => router.push("/connections"))}>
        Your connections
      </MenuItem>
      <MenuItem icon={<LogOut size={16} aria-hidden />} onSelect={() => start(() => leave())}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
