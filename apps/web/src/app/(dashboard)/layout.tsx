import { isAllowed } from "@portico/services";
import type { ReactNode } from "react";
import { BottomBar, SideBar } from "@/components/shell/navigation.tsx";
import { TopBar } from "@/components/shell/top-bar.tsx";
import { requireSession } from "@/server/session.ts";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const session = await requireSession();
  const { actor } = session.ctx;
  const rights = { mayWrite: isAllowed(actor, "server.write"), mayManageKeys: isAllowed(actor, "apiKey.manage") };
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-surface focus:p-2"
      >
        Go to the content
      </a>
      <TopBar session={session} />
      <div className="flex flex-1">
        <SideBar {...rights} />
        <main id="content" className="min-w-0 flex-1 px-4 pt-6 pb-24 md:px-8 md:pb-12">
          {children}
        </main>
      </div>
      <BottomBar {...rights} />
    </div>
  );
}
