import type { ServerDescription } from "@portico/services";
import { ChevronRight } from "lucide-react";
import { KIND_WORDS, type Kind } from "@/components/tool/kind.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { count } from "@/components/ui/figures.ts";

const KINDS: Kind[] = ["reading", "changing", "destroying"];

/** What somebody lets a client do: the tools by what they do to data, each group to be opened. */
export function ToolKinds({ tools }: { tools: Pick<ServerDescription["tools"][number], "kind" | "name" | "title">[] }) {
  if (tools.length === 0) return <p className="text-base text-muted">No tool is left to use.</p>;
  return (
    <div className="divide-y rounded-card border bg-surface">
      {KINDS.map((kind) => {
        const some = tools.filter((tool) => tool.kind === kind);
        if (some.length === 0) return null;
        return (
          <details key={kind} className="group">
            <summary className="flex items-center gap-2 px-3 py-2.5">
              <Badge tone={kind}>{KIND_WORDS[kind]}</Badge>
              <span className="flex-1">{count(some.length, "tool")}</span>
              <ChevronRight
                size={16}
                aria-hidden
                className="text-muted transition-transform duration-100 group-open:rotate-90"
              />
            </summary>
            <ul className="flex max-h-72 flex-col gap-2 overflow-y-auto px-3 pb-3">
              {some.map(({ name, title }) => (
                <li key={name} className="text-base [overflow-wrap:anywhere]">
                  {title ?? name}
                  {title ? <code className="block font-mono text-xs text-muted">{name}</code> : null}
                </li>
              ))}
            </ul>
          </details>
        );
      })}
    </div>
  );
}
