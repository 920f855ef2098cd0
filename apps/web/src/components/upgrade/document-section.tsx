import type { ServerDetail } from "@portico/services";
import { FileUp } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button.tsx";
import { Time } from "@/components/ui/time.tsx";
import { CheckDocument } from "./check-document.tsx";
import { WatchDocument } from "./watch-document.tsx";

/** What a server is built from: which revision, where it came from, and whether there is a newer one. */
export function DocumentSection({ server, mayWrite }: { server: ServerDetail; mayWrite: boolean }) {
  const { document, revision, slug } = server;
  return (
    <div className="flex flex-col gap-3 rounded-card border bg-surface p-4">
      <div className="flex flex-col gap-0.5">
        <p className="font-medium [overflow-wrap:anywhere]">{document.title}</p>
        <p className="text-sm text-muted">
          Revision {revision.number}
          {document.revision.number > revision.number ? ` of ${document.revision.number}` : ""}, read{" "}
          <Time at={document.readAt} />
        </p>
        <p className="text-sm text-muted [overflow-wrap:anywhere]">
          {document.sourceUrl ? (
            <>
              from <code className="font-mono text-xs">{document.sourceUrl}</code>
            </>
          ) : (
            "uploaded or pasted"
          )}
        </p>
      </div>
      {document.sourceUrl ? (
        <WatchDocument documentId={document.id} watch={document.watch} mayWrite={mayWrite} />
      ) : null}
      {mayWrite ? (
        document.sourceUrl ? (
          <CheckDocument documentId={document.id} serverSlug={slug} />
        ) : (
          <div>
            <Link href={`/servers/${slug}/upgrade`} className={buttonClass()}>
              <FileUp size={16} aria-hidden />
              Give a new version
            </Link>
          </div>
        )
      ) : null}
    </div>
  );
}
