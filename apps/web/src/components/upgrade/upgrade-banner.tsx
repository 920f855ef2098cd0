"use client";

import { FileDiff } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { buttonClass } from "@/components/ui/button.tsx";

/** Says that the document has moved on; quiet on the page that shows how. */
export function UpgradeBanner({ slug, summary }: { slug: string; summary: string | undefined }) {
  const href = `/servers/${slug}/upgrade`;
  if (usePathname() === href) return null;
  return (
    <aside
      aria-label="The document changed"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-card border bg-sunken px-3 py-2"
    >
      <FileDiff size={16} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1">
        {summary ? `The document changed: ${summary}.` : "The document was changed, and none of its operations were."}
      </p>
      <Link href={href} className={buttonClass({ size: "small" })}>
        Review
      </Link>
    </aside>
  );
}
