import { ICON_BYTES_MAX, isAllowed, LISTED_TOKENS_MAX, LISTED_TOOLS_MAX, measureDraft } from "@portico/services";
import { DeleteServer } from "@/components/server/delete-server.tsx";
import { SettingsForm } from "@/components/server/settings-form.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function SettingsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  if (!isAllowed(session.ctx.actor, "server.write")) return <NotAllowed what="change this server" />;
  const size = await measureDraft({ ctx: session.ctx, input: { serverId: server.id } });
  return (
    <div className="flex flex-col gap-8">
      <SettingsForm
        server={server}
        urlStart={server.mcpUrl.slice(0, -server.slug.length)}
        size={size}
        limits={{ tools: LISTED_TOOLS_MAX, tokens: LISTED_TOKENS_MAX }}
        iconBytesMax={ICON_BYTES_MAX}
      />
      <section className="flex max-w-2xl flex-col gap-2 border-t pt-6">
        <h2 className="font-semibold">Delete</h2>
        <p className="text-muted">To stop answering for a while, pause the server above instead.</p>
        <div>
          <DeleteServer id={server.id} title={server.title} />
        </div>
      </section>
    </div>
  );
}
