import { isAllowed } from "@portico/services";
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { MethodBadge } from "@/components/tool/method-badge.tsx";
import { toolHref } from "@/components/tool/tool-href.ts";
import { LinkTabs } from "@/components/ui/link-tabs.tsx";
import { readTool } from "@/server/read-tool.ts";

interface Props {
  params: Promise<{ slug: string; operation: string }>;
  children: ReactNode;
}

/** The top of every page of one tool. */
export default async function ToolLayout({ params, children }: Props) {
  const { slug, operation: segment } = await params;
  const { server, session, operation, tool } = await readTool(slug, segment);
  const href = toolHref(`/servers/${server.slug}`, operation);
  const [method = "", path = ""] = operation.split(" ");
  const mayWrite = isAllowed(session.ctx.actor, "server.write");
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-col gap-3">
        <Link
          href={`/servers/${server.slug}/tools`}
          className="inline-flex items-center gap-1.5 self-start text-muted hover:text-ink"
        >
          <ArrowLeft size={16} aria-hidden />
          All tools
        </Link>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="font-mono text-lg font-medium [overflow-wrap:anywhere]">{tool.name}</h2>
          <span className="flex min-w-0 items-center gap-2">
            <MethodBadge method={method} kind={tool.kind} />
            <code className="min-w-0 font-mono text-sm text-muted [overflow-wrap:anywhere]">{path}</code>
          </span>
        </div>
        <LinkTabs
          label="Tool"
          tabs={[
            { href, label: "What the model sees" },
            ...(mayWrite
              ? [
                  { href: `${href}/answer`, label: "Answer" },
                  { href: `${href}/try`, label: "Try it" },
                ]
              : []),
          ]}
        />
      </div>
      {children}
    </div>
  );
}
