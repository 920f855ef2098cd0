import type { JobView } from "@portico/services";

/** Where a job that has ended leads; nowhere while it runs or when it failed. */
export function nextPage({ state, result }: JobView, serverSlug: string | undefined): string | undefined {
  if (state !== "done" || !result?.documentId) return undefined;
  return serverSlug ? `/servers/${serverSlug}/upgrade` : `/documents/${result.documentId}`;
}
