import { describeServer, type ServerDescription } from "@portico/services";
import type { Metadata } from "next";
import Link from "next/link";
import { cache } from "react";
import { addressesOf } from "@/components/client/addresses.ts";
import { ConnectGuide } from "@/components/client/connect-guide.tsx";
import { ServerIcon } from "@/components/server/server-icon.tsx";
import { VISIBILITY_WORDS } from "@/components/server/visibility-choice.tsx";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { Wordmark } from "@/components/shell/mark.tsx";
import { KIND_WORDS } from "@/components/tool/kind.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { runtime } from "@/server/runtime.ts";
import { currentPerson } from "@/server/session.ts";

interface Props {
  params: Promise<{ organization: string; server: string }>;
}

const read = cache(async (organization: string, slug: string): Promise<ServerDescription | null> => {
  const { deps } = await runtime();
  const person = await currentPerson();
  return describeServer(deps, { organization, slug, userId: person?.id ?? null });
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { organization, server } = await params;
  const found = await read(organization, server);
  return found
    ? { title: found.title, ...(found.description ? { description: found.description } : {}) }
    : { title: "Server", robots: { index: false } };
}

/** The page of a server for whoever has its address. */
export default async function ServerPage({ params }: Props) {
  const { organization, server: slug } = await params;
  const server = await read(organization, slug);
  if (!server) return <SignInNeeded path={`/s/${organization}/${slug}`} />;
  const isPublic = server.visibility === "public";
  return (
    <div className="mx-auto flex min-h-dvh max-w-3xl flex-col gap-8 px-5 py-8 text-md sm:py-12">
      <header>
        <Link href="/" aria-label="Portico" className="inline-block rounded-control">
          <Wordmark size={24} />
        </Link>
      </header>
      <main className="flex flex-col gap-8">
        <header className="flex flex-col gap-2">
          <div className="flex items-center gap-3">
            <ServerIcon icon={server.icon} />
            <h1 className="text-2xl font-semibold [overflow-wrap:anywhere]">{server.title}</h1>
          </div>
          <p className="text-muted">
            MCP server of {server.organization}
            {isPublic ? "" : `, ${VISIBILITY_WORDS[server.visibility]}`}
          </p>
          {server.description ? (
            <p className="max-w-2xl whitespace-pre-line [overflow-wrap:anywhere]">{server.description}</p>
          ) : null}
        </header>
        {server.status === "paused" ? (
          <Notice title="The server is paused">
            It answers nobody until somebody of {server.organization} turns it on.
          </Notice>
        ) : null}
        <div className="flex flex-col gap-2">
          <CopyField label="Server URL" text={server.mcpUrl} size="large" />
          <p className="text-base text-muted">
            To read and nothing else, use{" "}
            <code className="font-mono text-sm text-ink [overflow-wrap:anywhere]">{server.readOnlyUrl}</code>
          </p>
        </div>
        <section className="flex flex-col gap-4">
          <h2 className="text-lg font-semibold">Connect</h2>
          <div className="rounded-card border bg-surface p-4 text-base">
            <ConnectGuide {...addressesOf(server)} needsSignIn={!isPublic} hasKeysPage={false} />
          </div>
        </section>
        <section className="flex flex-col gap-4">
          <h2 className="text-lg font-semibold">
            Tools <span className="font-normal text-muted">{server.tools.length}</span>
          </h2>
          <ul className="divide-y rounded-card border bg-surface text-base">
            {server.tools.map(({ name, title, description, kind }) => (
              <li key={name} className="flex flex-col gap-1 px-4 py-3">
                <div className="flex flex-wrap items-center gap-2">
                  <code className="font-mono font-medium [overflow-wrap:anywhere]">{name}</code>
                  <Badge tone={kind}>{KIND_WORDS[kind]}</Badge>
                  {title && title !== name ? <span className="text-muted">{title}</span> : null}
                </div>
                <p className="line-clamp-3 whitespace-pre-line text-muted [overflow-wrap:anywhere]">{description}</p>
              </li>
            ))}
          </ul>
        </section>
      </main>
    </div>
  );
}

/** The same for a server that is not for this person and for one that does not exist. */
async function SignInNeeded({ path }: { path: string }) {
  const person = await currentPerson();
  if (person)
    return (
      <EntryPage
        title="There is nothing here for you"
        lead={`You are signed in as ${person.email}. If somebody gave you this address, ask them whether the server exists and to invite you to its organization.`}
      >
        <div>
          <Link href="/" className={buttonClass({ size: "large" })}>
            Go to your servers
          </Link>
        </div>
      </EntryPage>
    );
  return (
    <EntryPage
      title="Sign in to see this server"
      lead="If there is a server at this address, it is for people who sign in."
    >
      <div>
        <Link
          href={`/sign-in?next=${encodeURIComponent(path)}`}
          className={buttonClass({ look: "primary", size: "large" })}
        >
          Sign in
        </Link>
      </div>
    </EntryPage>
  );
}
