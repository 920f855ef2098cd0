import { isAllowed, listProfiles, listRemovedProfiles } from "@portico/services";
import { NewProfile } from "@/components/profile/new-profile.tsx";
import { ProfilesList } from "@/components/profile/profiles-list.tsx";
import { RemovedProfiles } from "@/components/profile/removed-profiles.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function ProfilesPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  const input = { serverId: server.id };
  const [profiles, removed] = await Promise.all([listProfiles({ ctx, input }), listRemovedProfiles({ ctx, input })]);
  const mayWrite = isAllowed(ctx.actor, "server.write");
  const make = (
    <NewProfile
      server={{ id: server.id, slug: server.slug }}
      shared={profiles.filter(({ isOwn }) => !isOwn)}
      mayShare={mayWrite}
    />
  );
  const lately = <RemovedProfiles serverId={server.id} {...{ removed, mayWrite }} />;
  if (profiles.length === 0)
    return (
      <div className="flex flex-col gap-6">
        <EmptyState title="There is no profile" action={make}>
          Everybody runs with the server&rsquo;s own settings. A profile gives another address, credentials, arguments
          or a smaller set of tools, and can ask each person for their own API key when they connect.
        </EmptyState>
        {lately}
      </div>
    );
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <p className="max-w-2xl text-muted">
          People choose one of these when they connect. API keys, machines and whoever chose none run with the default.
        </p>
        {make}
      </header>
      <ProfilesList server={{ id: server.id, slug: server.slug }} profiles={profiles} mayWrite={mayWrite} />
      {lately}
    </div>
  );
}
