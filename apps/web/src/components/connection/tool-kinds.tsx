import type { ServerDescription } from "@portico/services";
import { ChevronRight } from "lucide-react";
import { KIND_WORDS, type Kind } from "@/components/tool/kind.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { count } from "@/components/ui/figures.ts";

const KINDS: Kind[] = ["reading", "changing", "destroying"];

/** Groups to tick in are open at once, unless that would be a wall. */
const OPEN_MAX = 30;

type Tool = ServerDescription["tools"][number];

/** How tools are ticked, one by one or a group at once. */
export interface KindsChoice {
  isOn: (tool: Tool) => boolean;
  toggle: (tools: Tool[], isOn: boolean) => void;
}

/** What somebody lets a client do: the tools by what they do to data, each group to be opened; with a choice, to be ticked. */
export function ToolKinds({ tools, choice }: { tools: Tool[]; choice?: KindsChoice }) {
  if (tools.length === 0) return <p className="text-base text-muted">No tool is left to use.</p>;
  return (
    <div className="divide-y rounded-card border bg-surface">
      {KINDS.map((kind) => {
        const some = tools.filter((tool) => tool.kind === kind);
        if (some.length === 0) return null;
        return (
          <details key={kind} open={choice !== undefined && tools.length <= OPEN_MAX} className="group">
            <summary className="flex items-center gap-2 px-3 py-2.5">
              <Badge tone={kind}>{KIND_WORDS[kind]}</Badge>
              <span className="flex-1">
                {choice
                  ? `${some.filter(choice.isOn).length} of ${count(some.length, "tool")}`
                  : count(some.length, "tool")}
              </span>
              <ChevronRight
                size={16}
                aria-hidden
                className="text-muted transition-transform duration-100 group-open:rotate-90"
              />
            </summary>
            {choice ? <Ticks label={KIND_WORDS[kind]} tools={some} choice={choice} /> : <Names tools={some} />}
          </details>
        );
      })}
    </div>
  );
}

function Names({ tools }: { tools: Tool[] }) {
  return (
    <ul className="flex max-h-72 flex-col gap-2 overflow-y-auto px-3 pb-3">
      {tools.map(({ name, title }) => (
        <li key={name} className="text-base [overflow-wrap:anywhere]">
          {title ?? name}
          {title ? <code className="block font-mono text-xs text-muted">{name}</code> : null}
        </li>
      ))}
    </ul>
  );
}

function Ticks({ label, tools, choice: { isOn, toggle } }: { label: string; tools: Tool[]; choice: KindsChoice }) {
  const isAllOn = tools.every(isOn);
  return (
    <fieldset className="flex max-h-72 flex-col overflow-y-auto pb-2">
      <legend className="sr-only">{label}</legend>
      {tools.length > 1 ? (
        <Tick isOn={isAllOn} onChange={(on) => toggle(tools, on)}>
          All of these
        </Tick>
      ) : null}
      {tools.map((tool) => (
        <Tick key={tool.name} isOn={isOn(tool)} onChange={(on) => toggle([tool], on)}>
          {tool.title ?? tool.name}
          {tool.title ? <code className="block font-mono text-xs text-muted">{tool.name}</code> : null}
        </Tick>
      ))}
    </fieldset>
  );
}

function Tick({
  isOn,
  onChange,
  children,
}: {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  children: React.ReactNode;
}) {
  return (
    <label className="flex cursor-pointer items-start gap-2.5 px-3 py-1.5 text-base hover:bg-hover">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-1 size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0 [overflow-wrap:anywhere]">{children}</span>
    </label>
  );
}
