import { getLastStep, isAllowed, reviewUpgrade } from "@portico/services";
import { FileCheck } from "lucide-react";
import { notFound } from "next/navigation";
import { readChoices } from "@/components/document/choices.ts";
import { ImportField } from "@/components/document/import-field.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { count } from "@/components/ui/figures.ts";
import { Time } from "@/components/ui/time.tsx";
import { CheckDocument } from "@/components/upgrade/check-document.tsx";
import { PublishDraft } from "@/components/upgrade/publish-draft.tsx";
import { summarize } from "@/components/upgrade/summary.ts";
import { UpgradeReview } from "@/components/upgrade/upgrade-review.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function UpgradePage({
  params,
  searchParams,
}: {
  params: Promise<{ slug: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "server.write")) return <NotAllowed what="move this server to a new revision" />;
  const query = await searchParams;
  const { documents, slug } = server;
  const document = documents.find(({ id }) => id === query.document) ?? documents[0];
  if (!document) notFound();
  const { draftRevision: revision } = document;
  const documentId = documents.length > 1 ? document.id : undefined;
  const review = await reviewUpgrade({ ctx, input: { id: server.id, document: document.id } });
  const next = { revisionOf: document.id, serverSlug: slug, ...(documentId ? { documentId } : {}) };
  const what = documentId ? document.title : "the document";
  const isApplied = query.applied === String(revision.number);
  const isCurrent = !review || review.from.id === review.to.id;
  const lastStep = isApplied ? await getLastStep({ ctx, input: { id: server.id } }) : null;
  const choices = readChoices(query);
  return (
    <div className="flex flex-col gap-8">
      {isApplied && isCurrent ? (
        <PublishDraft
          serverId={server.id}
          slug={slug}
          revision={revision.number}
          undoLock={lastStep?.step === "upgrade" && lastStep.canUndo ? lastStep.lock : undefined}
        />
      ) : null}
      {review && isCurrent ? (
        <section className="flex flex-col gap-6">
          <header>
            <h2 className="text-lg font-semibold">Held back of {what}</h2>
            <p className="text-muted">
              The draft is built from revision {revision.number}, and {count(review.held.length, "operation")}{" "}
              {review.held.length === 1 ? "is as an earlier revision has it" : "are as earlier revisions have them"}.
              Take what the document says now when you are ready for it.
            </p>
          </header>
          <UpgradeReview key={`${review.to.id}${review.lock}`} {...{ serverId: server.id, slug, documentId, review }} />
        </section>
      ) : review ? (
        <section className="flex flex-col gap-6">
          <header>
            <h2 className="text-lg font-semibold">What changed in {what}</h2>
            <p className="text-muted">
              Revision {review.from.number} → {review.to.number}, read <Time at={review.to.createdAt} />.{" "}
              {summarize(review) ?? "None of its operations changed"}
              {review.changes.unchangedCount > 0
                ? `; ${count(review.changes.unchangedCount, "operation")} the same.`
                : "."}
            </p>
          </header>
          <UpgradeReview key={`${review.to.id}${review.lock}`} {...{ serverId: server.id, slug, documentId, review }} />
        </section>
      ) : isApplied ? null : (
        <EmptyState
          icon={<FileCheck size={24} aria-hidden />}
          title={`The draft is built from the newest revision${documentId ? ` of ${document.title}` : ""}`}
          action={document.sourceUrl ? <CheckDocument next={next} /> : null}
        >
          Revision {revision.number}, last read <Time at={document.readAt} />. When the document changes, what is added,
          removed and changed appears here before anything is served.
        </EmptyState>
      )}
      {document.sourceUrl === null || choices.entry ? (
        <section className="flex max-w-3xl flex-col gap-3">
          <h2 className="font-semibold">Give its next version</h2>
          <ImportField hasSample={false} next={next} choices={choices} />
        </section>
      ) : (
        <details>
          <summary className="w-fit font-medium text-muted hover:text-ink">
            Give the new version as a file or a text instead
          </summary>
          <div className="mt-3 max-w-3xl">
            <ImportField hasSample={false} next={next} choices={choices} />
          </div>
        </details>
      )}
    </div>
  );
}
