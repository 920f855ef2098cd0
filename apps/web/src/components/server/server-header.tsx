import {
  isAllowed,
  listCalls,
  listCredentials,
  reviewUpgrade,
  type ServerDetail,
  type ServerDocumentView,
} from "@portico/services";
import Link from "next/link";
import { Suspense } from "react";
import { ConnectDialog } from "@/components/client/connect-dialog.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { count } from "@/components/ui/figures.ts";
import { LinkTabs } from "@/components/ui/link-tabs.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { summarize } from "@/components/upgrade/summary.ts";
import { UpgradeBanner } from "@/components/upgrade/upgrade-banner.tsx";
import type { Session } from "@/server/session.ts";
import { Checklist, type ChecklistStep } from "./checklist.tsx";
import { credentialStep } from "./credential-step.ts";
import { ServerIcon } from "./server-icon.tsx";
import { type ServerPage, serverPages } from "./server-pages.ts";
import { StatusDot, statusOf } from "./status-dot.tsx";
import { StatusSwitch } from "./status-switch.tsx";
import { VISIBILITY_WORDS } from "./visibility-choice.tsx";

/** Calls among which the last one of each API is looked for. */
const CALLS_LOOKED_AT = 50;

/** The top of every page of a server: what it is, whether it answers, its URL, what is left to do, and its tabs. */
export async function ServerHeader({ server, session: { ctx } }: { server: ServerDetail; session: Session }) {
  const may = (action: Parameters<typeof isAllowed>[1]) => isAllowed(ctx.actor, action);
  const { publishedVersion } = server;
  const notes: Partial<Record<ServerPage, string | undefined>> = {
    tools: String(server.selection.length),
    "own-tools": orNothing(server.composedTools.length),
    prompts: orNothing(server.prompts.length + server.resources.length),
    connections: orNothing(server.connectionCount),
    ...(publishedVersion ? { versions: String(publishedVersion.number) } : {}),
  };
  const rights = {
    mayWrite: may("server.write"),
    mayWriteCredentials: may("credential.write"),
    mayReadUsage: may("usage.read"),
  };
  const connecting = {
    server,
    needsSignIn: server.visibility !== "public",
    hasKeysPage: may("apiKey.manage"),
  };
  const tabs = serverPages(server.slug, rights).map(({ page, ...tab }) => ({ ...tab, note: notes[page] }));
  return (
    <div className="mb-6 flex flex-col gap-4">
      <header className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="flex min-w-0 flex-1 basis-48 items-center gap-3">
          <ServerIcon icon={server.icon} />
          <div className="min-w-0">
            <h1 className="text-xl font-semibold [overflow-wrap:anywhere]">{server.title}</h1>
            <p className="text-muted">
              {publishedVersion
                ? `Version ${publishedVersion.number} with ${count(publishedVersion.toolCount, "tool")}`
                : "Not published"}
              {" · "}
              {server.visibility === "public" ? (
                <Link href={server.pageUrl} className="underline underline-offset-2 hover:text-ink">
                  {VISIBILITY_WORDS[server.visibility]}
                </Link>
              ) : (
                VISIBILITY_WORDS[server.visibility]
              )}
            </p>
          </div>
        </div>
        {may("server.write") ? (
          <StatusSwitch id={server.id} status={server.status} />
        ) : (
          <StatusDot status={statusOf(server)} />
        )}
      </header>
      <div className="flex flex-col gap-2 sm:flex-row">
        <CopyField label="Server URL" text={server.mcpUrl} size="large" />
        <ConnectDialog {...connecting} />
      </div>
      {server.status === "paused" ? (
        <Notice title="The server is paused">
          Clients that call it are told that no server is here. Switch it to Live when it should answer again.
        </Notice>
      ) : null}
      {may("server.write")
        ? server.documents
            .filter(({ revision, draftRevision }) => revision.id !== draftRevision.id)
            .map((document) => (
              <Suspense key={document.id}>
                <Upgrade server={server} document={document} ctx={ctx} />
              </Suspense>
            ))
        : null}
      {may("server.write") ? <Checklist steps={await stepsOf(server, ctx, connecting)} /> : null}
      <LinkTabs label="Server" tabs={tabs} />
    </div>
  );
}

/** A tab has no note where nothing is: twelve of them are wide enough. */
function orNothing(size: number): string | undefined {
  return size > 0 ? String(size) : undefined;
}

/** Comparing two revisions of a large document takes a moment that the rest of the page need not wait for. */
async function Upgrade({
  server,
  document: { id, title },
  ctx,
}: {
  server: ServerDetail;
  document: ServerDocumentView;
  ctx: Session["ctx"];
}) {
  const review = await reviewUpgrade({ ctx, input: { id: server.id, document: id } });
  if (!review) return null;
  const which = server.documents.length > 1 ? { document: { id, title } } : {};
  return <UpgradeBanner slug={server.slug} {...which} summary={summarize(review)} />;
}

async function stepsOf(
  server: ServerDetail,
  ctx: Session["ctx"],
  connecting: Omit<Parameters<typeof ConnectDialog>[0], "trigger">,
): Promise<ChecklistStep[]> {
  const [credentials, calls, worked] = await Promise.all([
    listCredentials({ ctx, input: { serverId: server.id } }),
    listCalls({ ctx, input: { serverId: server.id, limit: CALLS_LOOKED_AT } }),
    listCalls({ ctx, input: { serverId: server.id, outcome: "ok", limit: 1 } }),
  ]);
  const credential = credentialStep(server.documents, credentials, calls.items);
  const href = `/servers/${server.slug}`;
  const version = server.publishedVersion;
  const isCalled = calls.items.length > 0;
  const hasWorked = worked.items.length > 0;
  const isConnected = isCalled || server.connectionCount > 0;
  return [
    {
      label: "Pick tools",
      isDone: server.selection.length > 0,
      href: `${href}/tools`,
      hint: count(server.selection.length, "tool"),
    },
    ...(credential
      ? [
          {
            label: credential.refusedCall ? "Replace the credential" : "Set a credential",
            href: `${href}/credentials`,
            isDone: credential.isDone,
            hint: credential.hint,
            ...(credential.refusedCall ? { hintHref: `${href}/activity?call=${credential.refusedCall}` } : {}),
          },
        ]
      : []),
    {
      label: "Publish",
      isDone: version !== null,
      href: `${href}/tools`,
      hint: version ? `Version ${version.number} is served` : "Nothing is served yet",
    },
    {
      label: "Connect a client",
      isDone: isConnected,
      ...(isConnected
        ? { hint: "Somebody is connected" }
        : {
            hint: "Steps for each client",
            control: (
              <ConnectDialog
                {...connecting}
                trigger={
                  <button type="button" className="text-left text-accent underline underline-offset-2">
                    Connect a client
                  </button>
                }
              />
            ),
          }),
    },
    {
      label: "First call",
      isDone: hasWorked,
      href: `${href}/try`,
      hint: hasWorked
        ? "A tool was called"
        : isCalled
          ? "Tools were called, and no call worked yet: see why"
          : "Ask the client to use a tool; try one here first",
      ...(isCalled && !hasWorked ? { hintHref: `${href}/activity?range=30d` } : {}),
    },
  ];
}
