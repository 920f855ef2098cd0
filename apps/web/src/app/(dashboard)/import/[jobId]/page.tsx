import { getJob } from "@portico/services";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { JobProgress } from "@/components/document/job-progress.tsx";
import { nextPage } from "@/components/document/next-page.ts";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { orNotFound } from "@/server/found.ts";
import { requireSession } from "@/server/session.ts";

const SLUG = /^[a-z0-9-]+$/;

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
  const { server } = await searchParams;
  const serverSlug = typeof server === "string" && SLUG.test(server) ? server : undefined;
  const job = await orNotFound(getJob({ ctx, input: { id: jobId } }));
  const next = nextPage(job, serverSlug);
  if (next) redirect(next);
  return (
    <div className="mx-auto flex max-w-2xl flex-col">
      <PageHeader title={serverSlug ? "New version of the document" : "Import"} />
      <JobProgress job={job} serverSlug={serverSlug} />
    </div>
  );
}
