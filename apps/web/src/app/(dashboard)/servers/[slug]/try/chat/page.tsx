import {
  CHAT_MESSAGE_CHARS_MAX,
  isAllowed,
  isAtMost,
  listMembers,
  listModelProviders,
  listProfiles,
} from "@portico/services";
import { ChatView } from "@/components/chat/chat-view.tsx";
import { NoProvider } from "@/components/chat/no-provider.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { NoTools } from "@/components/try/no-tools.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function ChatPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "server.write")) return <NotAllowed what="try tools" />;
  const href = `/servers/${server.slug}`;
  if (server.selection.length + server.composedTools.length === 0) return <NoTools href={href} />;
  const providers = await listModelProviders({ ctx });
  if (providers.length === 0) {
    const admins = (await listMembers({ ctx })).filter(({ role }) => !isAtMost(role, "builder"));
    return <NoProvider mayManage={isAllowed(ctx.actor, "model.manage")} admins={admins.map(({ name }) => name)} />;
  }
  const profiles = await listProfiles({ ctx, input: { serverId: server.id } });
  return (
    <ChatView
      serverId={server.id}
      href={href}
      providers={providers.map(({ id, name, model }) => ({ id, name, model }))}
      profiles={profiles.map(({ id, name }) => ({ id, name }))}
      isPublished={server.publishedVersion !== null}
      charsMax={CHAT_MESSAGE_CHARS_MAX}
    />
  );
}
