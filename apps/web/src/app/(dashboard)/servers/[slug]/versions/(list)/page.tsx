import { isAllowed, listVersions } from "@portico/services";
import { FileDiff } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { VersionsList } from "@/components/version/versions-list.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function VersionsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  const versions = await listVersions({ ctx, input: { serverId: server.id } });
  const href = `/servers/${server.slug}/versions`;
  if (versions.length === 0)
    return (
      <EmptyState
        title="Nothing was published yet"
        action={
          <Link href={`/servers/${server.slug}/tools`} className={buttonClass({ look: "primary" })}>
            {isAllowed(ctx.actor, "server.publish") ? "Look at the draft and publish it" : "Look at the draft"}
          </Link>
        }
      >
        Each time the draft is published, a version appears here.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-4">
      {versions.length > 1 ? (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="text-muted">Versions never change. Going back is a matter of a second.</p>
          <Link href={`${href}/compare`} className={buttonClass()}>
            <FileDiff size={16} aria-hidden />
            Compare two versions
          </Link>
        </div>
      ) : null}
      <VersionsList
        serverId={server.id}
        slug={server.slug}
        href={href}
        versions={versions}
        mayPublish={isAllowed(ctx.actor, "server.publish")}
        mayWrite={isAllowed(ctx.actor, "server.write")}
      />
    </div>
  );
}
