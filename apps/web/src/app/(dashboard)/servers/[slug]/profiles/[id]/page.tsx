import {
  getProfile,
  isAllowed,
  listProfileArguments,
  listProfileFields,
  listReferences,
  listTools,
} from "@portico/services";
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { ProfileEditor } from "@/components/profile/profile-editor.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { orNotFound } from "@/server/found.ts";
import { readServer } from "@/server/read-server.ts";

export default async function ProfilePage({ params }: { params: Promise<{ slug: string; id: string }> }) {
  const { slug, id } = await params;
  const { server, session } = await readServer(slug);
  const { ctx } = session;
  const input = { serverId: server.id };
  const profile = await orNotFound(getProfile({ ctx, input: { ...input, id } }));
  if (!profile.isOwn && !isAllowed(ctx.actor, "server.write")) return <NotAllowed what="change a shared profile" />;
  const [fields, known, references, draft] = await Promise.all([
    listProfileFields({ ctx, input }),
    listProfileArguments({ ctx, input }),
    listReferences(ctx),
    listTools({ ctx, input }),
  ]);
  const tools = draft.flatMap(({ tool, isSelected }) => {
    if (!tool || !isSelected) return [];
    const { operation, name, kind } = tool;
    return [{ operation, name, kind }];
  });
  return (
    <div className="flex flex-col gap-5">
      <Link
        href={`/servers/${server.slug}/profiles`}
        className="inline-flex items-center gap-1.5 self-start text-muted hover:text-ink"
      >
        <ArrowLeft size={16} aria-hidden />
        All profiles
      </Link>
      <ProfileEditor
        key={profile.id}
        {...{ serverId: server.id, profile, fields, tools, known, references }}
        documents={server.documents.map(({ key, title, baseUrl }) => ({ key, title, baseUrl }))}
      />
    </div>
  );
}
