import type { ReactNode } from "react";
import { Shell } from "@/components/shell/shell.tsx";
import { requireSession } from "@/server/session.ts";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  return <Shell session={await requireSession()}>{children}</Shell>;
}
