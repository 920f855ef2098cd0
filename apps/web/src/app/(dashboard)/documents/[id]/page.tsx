import { getDocument, isAllowed } from "@portico/services";
import type { Metadata } from "next";
import Link from "next/link";
import { Picker } from "@/components/document/picker.tsx";
import { toToolRows } from "@/components/tool/tool-row.ts";
import { orNotFound } from "@/server/found.ts";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Pick tools" };

const MADE_FROM = { postman: "a Postman collection", har: "a HAR recording", curl: "curl commands" };

export default async function DocumentPage({ params }: { params: Promise<{ id: string }> }) {
  const { ctx } = await requireSession();
  const document = await orNotFound(getDocument({ ctx, input: await params }));
  return (
    <>
      {document.servers.length > 0 ? (
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
        title={document.title}
        version={document.version}
        rows={toToolRows(document.operations, document.diagnostics)}
        madeFrom={document.convertedFrom ? MADE_FROM[document.convertedFrom] : undefined}
        diagnostics={document.diagnostics}
        isValidated={document.isValidated}
        hasSourceUrl={document.sourceUrl !== null}
        allowOrigins={document.allowOrigins}
        mayPublish={isAllowed(ctx.actor, "server.write") && isAllowed(ctx.actor, "server.publish")}
      />
    </>
  );
}
