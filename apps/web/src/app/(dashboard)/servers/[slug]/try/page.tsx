import {
  AppError,
  getTool,
  isAllowed,
  listProfiles,
  listTools,
  readSample,
  type ToolDetail,
  type VersionTool,
} from "@portico/services";
import Link from "next/link";
import { inputSchemaOf } from "@/components/own-tool/input-schema.ts";
import { TryOwnTool } from "@/components/own-tool/try-own-tool.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { worstKind } from "@/components/tool/kind.ts";
import { isOwnTool, ownToolKey } from "@/components/tool/own-tool-key.ts";
import { toolHref } from "@/components/tool/tool-href.ts";
import { GoneTool } from "@/components/try/gone-tool.tsx";
import { NoTools } from "@/components/try/no-tools.tsx";
import { ToolChoice } from "@/components/try/tool-choice.tsx";
import type { ToolStates } from "@/components/try/try-as.tsx";
import { TryTool } from "@/components/try/try-tool.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { readServedTools } from "@/server/read-served-tools.ts";
import { readServer } from "@/server/read-server.ts";

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: Promise<{ tool?: string | string[] }>;
}

export default async function TryPage({ params, searchParams }: Props) {
  const [{ slug }, { tool: wanted }] = await Promise.all([params, searchParams]);
  const { server, session } = await readServer(slug);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "server.write")) return <NotAllowed what="try tools" />;
  const input = { serverId: server.id };
  const [tools, served] = await Promise.all([listTools({ ctx, input }), readServedTools(ctx, server)]);
  const kinds = new Map(tools.flatMap(({ operation, tool }) => (tool ? [[operation.key, tool.kind] as const] : [])));
  const own = server.composedTools.map((tool) => ({
    ...tool,
    operation: ownToolKey(tool.name),
    kind: worstKind(tool.steps.map(({ operation }) => kinds.get(operation) ?? "changing")),
  }));
  const picked = [
    ...own.map(({ operation, name, kind }) => ({ operation, name, method: "OWN", kind })),
    ...tools.flatMap(({ operation, tool, isSelected }) =>
      tool && isSelected
        ? [{ operation: operation.key, name: tool.name, method: operation.method, kind: tool.kind }]
        : [],
    ),
  ];
  const href = `/servers/${server.slug}`;
  const chosen = (typeof wanted === "string" ? wanted : undefined) ?? picked[0]?.operation;
  if (!chosen) return <NoTools href={href} />;
  const [drafted, sample, profiles] = await Promise.all([
    isOwnTool(chosen) ? null : orNull(getTool({ ctx, input: { ...input, operation: chosen } })),
    readSample({ ctx, input: { ...input, operation: chosen } }),
    listProfiles({ ctx, input }),
  ]);
  const tool = drafted?.tool ?? own.find(({ operation }) => operation === chosen);
  const published = served.find(({ operation }) => operation === chosen);
  const states = statesOf(tool, published);
  const shown = tool ?? published;
  const as = { serverId: server.id, profiles: profiles.map(({ id, name }) => ({ id, name })) };
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[220px_minmax(0,1fr)]">
      <ToolChoice href={`${href}/try`} tools={picked} chosen={chosen} />
      {shown && states ? (
        <div className="flex min-w-0 flex-col gap-4">
          <h2 className="font-mono text-lg font-medium [overflow-wrap:anywhere]">
            {tool ? (
              <Link href={isOwnTool(chosen) ? `${href}/own-tools` : toolHref(href, chosen)} className="hover:underline">
                {shown.name}
              </Link>
            ) : (
              shown.name
            )}
          </h2>
          {tool ? null : (
            <Notice title="It is no longer in the draft">
              Clients get this tool of version {server.publishedVersion?.number} until the next one is published, so it
              can only be tried as published.
            </Notice>
          )}
          {isOwnTool(chosen) ? (
            <TryOwnTool
              key={chosen}
              {...as}
              {...{ href, states }}
              name={shown.name}
              inputSchema={"inputSchema" in shown ? shown.inputSchema : inputSchemaOf(shown.inputs)}
              kind={shown.kind}
            />
          ) : (
            <TryTool
              key={chosen}
              {...as}
              {...{ slug: server.slug, states }}
              tool={{
                operation: chosen,
                inputSchema: "inputSchema" in shown ? shown.inputSchema : {},
                name: shown.name,
              }}
              kind={shown.kind}
              sample={sample?.arguments ?? null}
            />
          )}
        </div>
      ) : (
        <GoneTool href={href} operation={chosen} />
      )}
    </div>
  );
}

function statesOf(drafted: unknown, published: VersionTool | undefined): ToolStates | undefined {
  if (drafted) return published ? ["draft", "published"] : ["draft"];
  return published ? ["published"] : undefined;
}

async function orNull(work: Promise<ToolDetail>): Promise<ToolDetail | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}
