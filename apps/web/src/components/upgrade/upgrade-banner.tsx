"use client";

import { FileDiff } from "lucide-react";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { upgradePage } from "@/components/document/next-page.ts";
import { buttonClass } from "@/components/ui/button.tsx";

/** Says that a document has moved on; quiet on the page that shows how. */
export function UpgradeBanner({
  slug,
  document,
  summary,
}: {
  slug: string;
  /** Which of several. */
  document?: { id: string; title: string };
  summary: string | undefined;
}) {
  const href = upgradePage(slug, document?.id);
  const shown = useSearchParams().get("document");
  const [pathname, what] = [usePathname(), document?.title ?? "The document"];
  if (pathname === upgradePage(slug) && (!document || shown === document.id)) return null;
  return (
    <aside
      aria-label={`${what} changed`}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-card border bg-sunken px-3 py-2"
    >
      <FileDiff size={16} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1">
        {summary ? `${what} changed: ${summary}.` : `${what} was changed, and none of its operations were.`}
      </p>
      <Link href={href} className={buttonClass({ size: "small" })}>
        Review
      </Link>
    </aside>
  );
}
