import { getJob } from "@portico/services";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { JobProgress } from "@/components/document/job-progress.tsx";
import { nextPage, readImportFor } from "@/components/document/next-page.ts";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { orNotFound } from "@/server/found.ts";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Import" };

export default async function ImportPage({
  params,
  searchParams,
}: {
  params: Promise<{ jobId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { ctx } = await requireSession();
  const { jobId } = await params;
  const goal = readImportFor(await searchParams);
  const job = await orNotFound(getJob({ ctx, input: { id: jobId } }));
  const next = nextPage(job, goal);
  if (next) redirect(next);
  return (
    <div className="mx-auto flex max-w-2xl flex-col">
      <PageHeader title={goal && !goal.isAdded ? "New version of the document" : "Import"} />
      <JobProgress job={job} goal={goal} />
    </div>
  );
}
