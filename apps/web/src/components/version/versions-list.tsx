import type { VersionView } from "@portico/services";
import { FileDiff } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/components/ui/badge.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { compact, count } from "@/components/ui/figures.ts";
import { Time } from "@/components/ui/time.tsx";
import { RollBack } from "./roll-back.tsx";
import { UseAsDraft } from "./use-as-draft.tsx";

/** Everything that was ever published, newest first. */
export function VersionsList({
  serverId,
  slug,
  href,
  versions,
  mayPublish,
  mayWrite,
}: {
  serverId: string;
  slug: string;
  /** The page that this list is on. */
  href: string;
  versions: VersionView[];
  mayPublish: boolean;
  mayWrite: boolean;
}) {
  const served = versions.find(({ isServed }) => isServed)?.number ?? 0;
  return (
    <ol aria-label="Versions" className="divide-y rounded-card border bg-surface">
      {versions.map(({ id, number, toolCount, tokenCount, note, createdAt, isServed, hasDraft }) => (
        <li key={id} className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5">
          <div className="flex min-w-0 flex-1 basis-64 flex-col gap-0.5">
            <p className="flex flex-wrap items-center gap-x-2 font-medium">
              Version {number}
              {isServed ? <Badge tone="ok">Served</Badge> : null}
            </p>
            {note ? <p className="whitespace-pre-line [overflow-wrap:anywhere]">{note}</p> : null}
            <p className="text-sm text-muted">
              {count(toolCount, "tool")}, {compact(tokenCount)} tokens · published <Time at={createdAt} />
            </p>
            {mayWrite && !hasDraft ? (
              <p className="text-sm text-muted">
                It was published before drafts were kept, so it cannot be the draft again.
              </p>
            ) : null}
          </div>
          <div className="flex flex-wrap gap-2">
            {mayWrite && hasDraft ? <UseAsDraft {...{ serverId, slug, number }} /> : null}
            {isServed ? null : (
              <>
                <Link
                  href={`${href}/compare?before=${served}&after=${number}`}
                  className={buttonClass({ look: "quiet" })}
                >
                  <FileDiff size={16} aria-hidden />
                  Compare<span className="sr-only"> version {number} with what is served</span>
                </Link>
                {mayPublish ? <RollBack {...{ serverId, number, toolCount, served }} /> : null}
              </>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
