import type { JobView } from "@portico/services";

/** The server that a document is read for: to be one more that it is built from, or as the next version of one that it has. */
export interface ImportFor {
  serverSlug: string;
  isAdded?: boolean;
  /** Which of several documents it is the next version of. */
  documentId?: string;
}

const SLUG = /^[a-z0-9-]+$/;
const ID = /^[A-Za-z0-9_-]{1,100}$/;

/** The end of the address of an import's page. */
export function importQuery(goal: ImportFor | undefined): string {
  if (!goal) return "";
  const { serverSlug: server, isAdded, documentId: document } = goal;
  return `?${new URLSearchParams({ server, ...(isAdded ? { add: "yes" } : {}), ...(document ? { document } : {}) })}`;
}

/** The same read back; what says something else is left out. */
export function readImportFor(query: Record<string, string | string[] | undefined>): ImportFor | undefined {
  const { server, add, document } = query;
  if (typeof server !== "string" || !SLUG.test(server)) return undefined;
  return {
    serverSlug: server,
    ...(add === "yes" ? { isAdded: true } : {}),
    ...(typeof document === "string" && ID.test(document) ? { documentId: document } : {}),
  };
}

/** Where somebody began to import for a server, and goes back to when it did not work. */
export function startPage({ serverSlug, isAdded, documentId }: ImportFor): string {
  return isAdded ? `/servers/${serverSlug}/add-document` : upgradePage(serverSlug, documentId);
}

/** What changed in a document of a server; without an id in its first. */
export function upgradePage(serverSlug: string, documentId?: string): string {
  return `/servers/${serverSlug}/upgrade${documentId ? `?document=${documentId}` : ""}`;
}

/** Where a job that has ended leads; nowhere while it runs or when it failed. */
export function nextPage({ state, result }: JobView, goal: ImportFor | undefined): string | undefined {
  if (state !== "done" || !result?.documentId) return undefined;
  if (!goal) return `/documents/${result.documentId}`;
  return goal.isAdded ? `/documents/${result.documentId}?server=${goal.serverSlug}` : startPage(goal);
}
