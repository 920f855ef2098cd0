import type { Metadata } from "next";
import Link from "next/link";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { buttonClass } from "@/components/ui/button.tsx";

export const metadata: Metadata = { title: "Back to your terminal" };

/** How connecting a terminal ended. What it says tells nobody anything: it is the same for all. */
export default async function DeviceDonePage({
  searchParams,
}: {
  searchParams: Promise<{ answer?: string | string[] }>;
}) {
  const { answer } = await searchParams;
  return answer === "no" ? (
    <EntryPage
      title="You did not connect"
      lead="Nothing was changed, and the program in the terminal is told so. To connect after all, start again there."
    >
      <Elsewhere />
    </EntryPage>
  ) : (
    <EntryPage
      title="Connected"
      lead="Go back to your terminal: it goes on by itself within a few seconds. You can close this page."
    >
      <Elsewhere />
    </EntryPage>
  );
}

function Elsewhere() {
  return (
    <div>
      <Link href="/connections" className={buttonClass({ size: "large" })}>
        Your connections
      </Link>
    </div>
  );
}
