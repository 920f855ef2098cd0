"use server";

import {
  type AddedDocumentReview,
  type AddServerDocumentInput,
  AppError,
  addServerDocument,
  type CreateServerInput,
  createServer,
  getDocument,
  importDocument,
  publishServer,
  type RemovedDocumentReview,
  removeServerDocument,
  reviewAddedDocument,
  reviewRemovedDocument,
  updateServerDocument,
  type WatchEvery,
  watchDocument,
} from "@portico/services";
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { runtime } from "@/server/runtime.ts";
import { requireSession } from "@/server/session.ts";
import { type ImportFor, importQuery, readImportFor } from "./next-page.ts";

type SourceInput = Parameters<typeof importDocument>[0]["input"]["source"];

/**
 * Starts reading a document from the field's form: a link, a pasted text or commands, a file, or the sample. With the document of a
 * server it is that document's next version.
 */
export async function startImport(_before: Outcome | null, form: FormData): Promise<Outcome> {
  const { ctx } = await requireSession();
  const [documentId, next] = [form.get("documentId"), form.get("next")];
  const outcome = await attempt(async () =>
    importDocument({
      ctx,
      input: { source: await sourceOf(form), ...(typeof documentId === "string" ? { documentId } : {}) },
    }),
  );
  if (!outcome.ok) {
    const { fields, message } = outcome;
    return { ...outcome, message: fields["source.url"] ?? fields["source.content"] ?? fields.source ?? message };
  }
  const query = Object.fromEntries(new URLSearchParams(typeof next === "string" ? next : ""));
  redirect(progressPage(outcome.value.jobId, readImportFor(query)));
}

function progressPage(jobId: string, goal?: ImportFor): string {
  return `/import/${jobId}${importQuery(goal)}`;
}

/** Reads a document of a server again from where it came from; then its progress, then what changed. */
export async function checkDocument(input: { revisionOf: string } & ImportFor): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => importDocument({ ctx, input: { documentId: input.revisionOf } }));
  if (!outcome.ok) return outcome;
  redirect(progressPage(outcome.value.jobId, input));
}

async function sourceOf(form: FormData): Promise<SourceInput> {
  const { sampleUrl } = await runtime();
  if (form.get("sample") === "yes" && sampleUrl) return { url: sampleUrl };
  const allowOrigins = form.getAll("allowOrigin").map(String);
  const entry = form.get("entry");
  const options = {
    ...(allowOrigins.length > 0 ? { allowOrigins } : {}),
    ...(typeof entry === "string" && entry !== "" ? { entry } : {}),
  };
  const file = form.get("file");
  // Its bytes as they are: a ZIP is no text, and what a text is written in is for the reader of documents to tell.
  if (file instanceof File)
    return { content: Buffer.from(await file.arrayBuffer()).toString("base64"), encoding: "base64", ...options };
  const content = form.get("content");
  if (typeof content === "string" && content.trim()) return { content, ...options };
  const url = String(form.get("url") ?? "").trim();
  if (/^(?:[$>]\s+)?curl(?:\.exe)?\s/.test(url)) return { content: url };
  // People paste "petstore3.swagger.io/api/v3/openapi.json" as browsers show it.
  return { url: /^[a-z]+:\/\//i.test(url) ? url : `https://${url}`, ...options };
}

/** How often a document's link is looked at again. */
export async function watchLink(id: string, watch: WatchEvery): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(async () => void (await watchDocument({ ctx, input: { id, watch } })));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

/** Reads a document again from its link, and its references from these other addresses too; then its progress. */
export async function allowReferences(input: {
  documentId: string;
  origins: string[];
  goal?: ImportFor;
}): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(async () => {
    const { id, title, sourceUrl } = await getDocument({ ctx, input: { id: input.documentId } });
    if (sourceUrl === null)
      throw new AppError("invalid_input", "The document did not come from a link. Import it again.");
    const source = { url: sourceUrl, allowOrigins: input.origins };
    return importDocument({ ctx, input: { documentId: id, title, source } });
  });
  if (!outcome.ok) return outcome;
  redirect(progressPage(outcome.value.jobId, input.goal));
}

/** What tools of a document would be called beside those of a server. */
export async function reviewAdding(input: {
  serverId: string;
  documentId: string;
  key?: string;
}): Promise<Outcome<AddedDocumentReview>> {
  const { ctx } = await requireSession();
  return attempt(() => reviewAddedDocument({ ctx, input }));
}

/** Adds the picked operations of a document to the draft of a server; then its tools. */
export async function addToServer({ slug, ...input }: AddServerDocumentInput & { slug: string }): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => addServerDocument({ ctx, input }));
  if (!outcome.ok) return outcome;
  revalidatePath("/", "layout");
  redirect(`/servers/${encodeURIComponent(slug)}/tools?document=${encodeURIComponent(input.documentId)}`);
}

/** Takes a document out of the draft of a server. */
export async function removeFromServer(serverId: string, documentId: string, lock: number): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(
    async () => void (await removeServerDocument({ ctx, input: { serverId, documentId, lock } })),
  );
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

/** What would go with a document. */
export async function reviewRemoval(serverId: string, documentId: string): Promise<Outcome<RemovedDocumentReview>> {
  const { ctx } = await requireSession();
  return attempt(() => reviewRemovedDocument({ ctx, input: { serverId, documentId } }));
}

/** Where the tools of one of several documents call. */
export async function saveBaseUrl(_before: Outcome | null, form: FormData): Promise<Outcome> {
  const { ctx } = await requireSession();
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const outcome = await attempt(
    async () =>
      void (await updateServerDocument({
        ctx,
        input: { serverId: text("serverId"), documentId: text("documentId"), baseUrl: text("baseUrl") || null },
      })),
  );
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

/** Makes a server of the picked operations and serves it; then its page. */
export async function publishDocument(input: {
  documentId: string;
  title: string;
  operations: string[];
  visibility: NonNullable<CreateServerInput["visibility"]>;
}): Promise<Outcome> {
  const { ctx } = await requireSession();
  const { documentId, title, operations, visibility } = input;
  const outcome = await attempt(async () => {
    const create: CreateServerInput = { documentId, title, visibility, select: { operations } };
    const server = await createServer({ ctx, input: create });
    await publishServer({ ctx, input: { id: server.id } });
    return server.slug;
  });
  if (!outcome.ok) return outcome;
  redirect(`/servers/${outcome.value}`);
}
