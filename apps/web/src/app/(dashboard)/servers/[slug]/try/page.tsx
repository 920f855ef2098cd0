import { getTool, isAllowed, listProfiles, listTools, readSample } from "@portico/services";
import Link from "next/link";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { toolHref } from "@/components/tool/tool-href.ts";
import { NoTools } from "@/components/try/no-tools.tsx";
import { ToolChoice } from "@/components/try/tool-choice.tsx";
import { TryTool } from "@/components/try/try-tool.tsx";
import { orNotFound } from "@/server/found.ts";
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
  const picked = (await listTools({ ctx, input })).flatMap(({ operation, tool, isSelected }) =>
    tool && isSelected
      ? [{ operation: operation.key, name: tool.name, method: operation.method, kind: tool.kind }]
      : [],
  );
  const href = `/servers/${server.slug}`;
  const chosen = (typeof wanted === "string" ? wanted : undefined) ?? picked[0]?.operation;
  if (!chosen) return <NoTools href={href} />;
  const [{ tool }, sample, profiles] = await Promise.all([
    orNotFound(getTool({ ctx, input: { ...input, operation: chosen } })),
    readSample({ ctx, input: { ...input, operation: chosen } }),
    listProfiles({ ctx, input }),
  ]);
  const { inputSchema, name, kind } = tool;
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[220px_minmax(0,1fr)]">
      <ToolChoice href={`${href}/try`} tools={picked} chosen={chosen} />
      <div className="flex min-w-0 flex-col gap-4">
        <h2 className="font-mono text-lg font-medium [overflow-wrap:anywhere]">
          <Link href={toolHref(href, chosen)} className="hover:underline">
            {name}
          </Link>
        </h2>
        <TryTool
          key={chosen}
          serverId={server.id}
          slug={server.slug}
          tool={{ operation: chosen, inputSchema, name }}
          kind={kind}
          profiles={profiles.map(({ id, name: profile }) => ({ id, name: profile }))}
          sample={sample?.arguments ?? null}
          isPublished={server.publishedVersion !== null}
        />
      </div>
    </div>
  );
}
