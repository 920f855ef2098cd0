"use server";

import { type CreateServerInput, createServer, importDocument, publishServer } from "@portico/services";
import { redirect } from "next/navigation";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { runtime } from "@/server/runtime.ts";
import { requireSession } from "@/server/session.ts";

/** Starts reading a document from the field's form: a link, a pasted or dropped text, or the sample. */
export async function startImport(_before: Outcome | null, form: FormData): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(async () => importDocument({ ctx, input: { source: await sourceOf(form) } }));
  if (!outcome.ok) {
    const { fields, message } = outcome;
    return { ...outcome, message: fields["source.url"] ?? fields["source.content"] ?? fields.source ?? message };
  }
  redirect(`/import/${outcome.value.jobId}`);
}

async function sourceOf(form: FormData): Promise<{ url: string } | { content: string }> {
  const { sampleUrl } = await runtime();
  if (form.get("sample") === "yes" && sampleUrl) return { url: sampleUrl };
  const content = form.get("content");
  if (typeof content === "string" && content.trim()) return { content };
  const url = String(form.get("url") ?? "").trim();
  // People paste "petstore3.swagger.io/api/v3/openapi.json" as browsers show it.
  return { url: /^[a-z]+:\/\//i.test(url) ? url : `https://${url}` };
}

/** Makes a server of the picked operations and serves it; then its page. */
export async function publishDocument(input: {
  documentId: string;
  title: string;
  operations: string[];
  visibility: "public" | "organization";
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
