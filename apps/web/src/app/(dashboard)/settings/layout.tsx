import type { ReactNode } from "react";
import { SettingsTabs } from "@/components/shell/navigation.tsx";
import { navigationRights } from "@/components/shell/rights.ts";
import { requireSession } from "@/server/session.ts";

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <SettingsTabs {...navigationRights(await requireSession())} />
      {children}
    </>
  );
}
