import { KNOWN_CLIENTS } from "@portico/mcp";
import { TOOL_DESCRIPTION_CHARS_MAX } from "@portico/openapi";
import {
  type Ctx,
  getDocument,
  getServer,
  isAllowed,
  measureDraft,
  reviewAddedDocument,
  type ServerDetail,
} from "@portico/services";
import { ArrowLeft } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import type { AddingTo } from "@/components/document/adding.tsx";
import { Picker } from "@/components/document/picker.tsx";
import { textLimits } from "@/components/tool/client-limits.ts";
import { packRows, toToolRows } from "@/components/tool/tool-row.ts";
import { orNotFound } from "@/server/found.ts";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Pick tools" };

const MADE_FROM = { postman: "a Postman collection", har: "a HAR recording", curl: "curl commands" };

export default async function DocumentPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { ctx } = await requireSession();
  const document = await orNotFound(getDocument({ ctx, input: await params }));
  const { server: slug } = await searchParams;
  const isAdded = typeof slug === "string" && isAllowed(ctx.actor, "server.write");
  const server = isAdded ? await orNotFound(getServer({ ctx, input: { id: slug } })) : undefined;
  if (server?.documents.some(({ id }) => id === document.id))
    redirect(`/servers/${server.slug}/tools?document=${document.id}`);
  const into = server && (await addingTo(ctx, server, document.id));
  return (
    <>
      {into ? (
        <Link
          href={`/servers/${into.slug}`}
          className="mb-4 inline-flex items-center gap-1.5 text-muted hover:text-ink"
        >
          <ArrowLeft size={16} aria-hidden />
          {into.title}
        </Link>
      ) : document.servers.length > 0 ? (
        <p className="mb-4 text-muted">
          This document is served already by{" "}
          {document.servers.map(({ id, slug, title }, index) => (
            <span key={id}>
              {index > 0 ? ", " : ""}
              <Link href={`/servers/${slug}`} className="font-medium text-accent underline underline-offset-2">
                {title}
              </Link>
            </span>
          ))}
          . Publishing here makes another server.
        </p>
      ) : null}
      <Picker
        documentId={document.id}
        revisionId={document.revisionId}
        title={document.title}
        version={document.version}
        rows={packRows(toToolRows(document.operations, document.diagnostics))}
        textLimits={textLimits(KNOWN_CLIENTS, TOOL_DESCRIPTION_CHARS_MAX)}
        suggestion={document.suggestion}
        madeFrom={document.convertedFrom ? MADE_FROM[document.convertedFrom] : undefined}
        diagnostics={document.diagnostics}
        isValidated={document.isValidated}
        hasSourceUrl={document.sourceUrl !== null}
        allowOrigins={document.allowOrigins}
        mayPublish={isAllowed(ctx.actor, "server.write") && isAllowed(ctx.actor, "server.publish")}
        {...(into ? { into } : {})}
      />
    </>
  );
}

async function addingTo(ctx: Ctx, { id, slug, title }: ServerDetail, documentId: string): Promise<AddingTo> {
  const [review, there] = await Promise.all([
    reviewAddedDocument({ ctx, input: { serverId: id, documentId } }),
    measureDraft({ ctx, input: { serverId: id } }),
  ]);
  return { serverId: id, slug, title, review, there };
}
