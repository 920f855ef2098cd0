import { isAllowed } from "@portico/services";
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { readChoices } from "@/components/document/choices.ts";
import { ImportField } from "@/components/document/import-field.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function AddDocumentPage({
  params,
  searchParams,
}: {
  params: Promise<{ slug: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { server, session } = await readServer((await params).slug);
  if (!isAllowed(session.ctx.actor, "server.write")) return <NotAllowed what="add an API to this server" />;
  return (
    <div className="flex max-w-3xl flex-col gap-5">
      <Link
        href={`/servers/${server.slug}`}
        className="inline-flex items-center gap-1.5 self-start text-muted hover:text-ink"
      >
        <ArrowLeft size={16} aria-hidden />
        Overview
      </Link>
      <header>
        <h2 className="text-lg font-semibold">Add an API</h2>
        <p className="text-muted">
          Its tools join the {server.selection.length.toLocaleString("en")} of this server, at the same URL. You pick
          them next; what is there keeps its names, and clients notice nothing before you publish. Its credentials are
          its own.
        </p>
      </header>
      <ImportField
        hasSample={false}
        autoFocus
        next={{ serverSlug: server.slug, isAdded: true }}
        choices={readChoices(await searchParams)}
      />
    </div>
  );
}
