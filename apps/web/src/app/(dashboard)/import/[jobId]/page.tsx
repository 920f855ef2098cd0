import { getJob } from "@portico/services";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { JobProgress } from "@/components/document/job-progress.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { orNotFound } from "@/server/found.ts";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Import" };

export default async function ImportPage({ params }: { params: Promise<{ jobId: string }> }) {
  const { ctx } = await requireSession();
  const { jobId } = await params;
  const job = await orNotFound(getJob({ ctx, input: { id: jobId } }));
  if (job.state === "done" && job.result?.documentId) redirect(`/documents/${job.result.documentId}`);
  return (
    <div className="mx-auto flex max-w-2xl flex-col">
      <PageHeader title="Import" />
      <JobProgress job={job} />
    </div>
  );
}
