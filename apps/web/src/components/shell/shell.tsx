import type { ReactNode } from "react";
import { Leaving } from "@/components/ui/leaving.tsx";
import type { Session } from "@/server/session.ts";
import { BottomBar, SideBar } from "./navigation.tsx";
import { navigationRights } from "./rights.ts";
import { TopBar } from "./top-bar.tsx";

/** The bars around every page for members. */
export function Shell({ session, children }: { session: Session; children: ReactNode }) {
  const rights = navigationRights(session);
  return (
    <Leaving>
      <div className="flex min-h-dvh flex-col">
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-surface focus:p-2"
        >
          Go to the content
        </a>
        <TopBar session={session} rights={rights} />
        <div className="flex flex-1">
          <SideBar {...rights} />
          <main id="content" className="min-w-0 flex-1 px-4 pt-6 pb-24 md:px-8 md:pb-12">
            {children}
          </main>
        </div>
        <BottomBar {...rights} />
      </div>
    </Leaving>
  );
}
