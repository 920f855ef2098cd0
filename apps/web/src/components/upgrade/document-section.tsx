import type { ServerDetail, ServerDocumentView } from "@portico/services";
import { FileUp, Plus } from "lucide-react";
import Link from "next/link";
import { upgradePage } from "@/components/document/next-page.ts";
import { buttonClass } from "@/components/ui/button.tsx";
import { count } from "@/components/ui/figures.ts";
import { Time } from "@/components/ui/time.tsx";
import { CheckDocument } from "./check-document.tsx";
import { DocumentAddress } from "./document-address.tsx";
import { RemoveDocument } from "./remove-document.tsx";
import { WatchDocument } from "./watch-document.tsx";

/** What a server is built from: which documents and revisions, where they came from, and whether there are newer ones. */
export function DocumentSection({ server, mayWrite }: { server: ServerDetail; mayWrite: boolean }) {
  const { documents, slug } = server;
  const isOneOfSeveral = documents.length > 1;
  return (
    <section className="flex flex-col gap-3">
      <header className="flex min-h-8 flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">{isOneOfSeveral ? "Documents" : "Document"}</h2>
        {mayWrite ? (
          <Link href={`/servers/${slug}/add-document`} className={buttonClass()}>
            <Plus size={16} aria-hidden />
            Add an API
          </Link>
        ) : null}
      </header>
      <div className={isOneOfSeveral ? "grid items-start gap-3 md:grid-cols-2" : "grid"}>
        {documents.map((document) => (
          <DocumentCard key={document.id} {...{ server, document, mayWrite, isOneOfSeveral }} />
        ))}
      </div>
    </section>
  );
}

function DocumentCard({
  server,
  document,
  isOneOfSeveral,
  mayWrite,
}: {
  server: ServerDetail;
  document: ServerDocumentView;
  isOneOfSeveral: boolean;
  mayWrite: boolean;
}) {
  const { id, draftRevision, sourceUrl, title } = document;
  const documentId = isOneOfSeveral ? { documentId: id } : {};
  return (
    <section aria-label={title} className="flex flex-col gap-3 rounded-card border bg-surface p-4">
      <div className="flex flex-col gap-0.5">
        <p className="font-medium [overflow-wrap:anywhere]">{title}</p>
        {isOneOfSeveral ? (
          <p className="text-sm text-muted">
            <Link
              href={`/servers/${server.slug}/tools?document=${id}`}
              className="underline underline-offset-2 hover:text-ink"
            >
              {count(document.pickedCount, "tool")}
            </Link>{" "}
            of {count(document.operationCount, "operation")}
            {document.key ? (
              <>
                , known as <code className="font-mono text-xs">{document.key}</code>
              </>
            ) : null}
          </p>
        ) : null}
        <p className="text-sm text-muted">
          Revision {draftRevision.number}
          {document.revision.number > draftRevision.number ? ` of ${document.revision.number}` : ""}, read{" "}
          <Time at={document.readAt} />
        </p>
        {document.held.length > 0 ? (
          <p className="text-sm text-muted">
            <Link
              href={upgradePage(server.slug, documentId.documentId)}
              className="underline underline-offset-2 hover:text-ink"
            >
              {count(document.held.length, "operation")} held back
            </Link>{" "}
            as an earlier revision has {document.held.length === 1 ? "it" : "them"}
          </p>
        ) : null}
        <p className="text-sm text-muted [overflow-wrap:anywhere]">
          {sourceUrl ? (
            <>
              from <code className="font-mono text-xs">{sourceUrl}</code>
            </>
          ) : (
            "uploaded or pasted"
          )}
        </p>
        {isOneOfSeveral && document.baseUrl ? (
          <p className="text-sm text-muted [overflow-wrap:anywhere]">
            called at <code className="font-mono text-xs">{document.baseUrl}</code>
          </p>
        ) : null}
      </div>
      {sourceUrl ? <WatchDocument documentId={id} watch={document.watch} mayWrite={mayWrite} /> : null}
      {mayWrite ? (
        <div className="flex flex-wrap items-start gap-2">
          {sourceUrl ? (
            <CheckDocument next={{ revisionOf: id, serverSlug: server.slug, ...documentId }} />
          ) : (
            <Link href={upgradePage(server.slug, documentId.documentId)} className={buttonClass()}>
              <FileUp size={16} aria-hidden />
              Give a new version
            </Link>
          )}
          {isOneOfSeveral ? (
            <>
              <DocumentAddress serverId={server.id} document={document} />
              <RemoveDocument serverId={server.id} slug={server.slug} document={document} />
            </>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}
