"use client";

import type { ChangedTool, VersionChanges as Changes, ToolLine } from "@portico/services";
import { KIND_WORDS } from "@/components/tool/kind.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { compact, count } from "@/components/ui/figures.ts";
import { Items, Section } from "@/components/ui/section.tsx";
import { Sentences } from "@/components/upgrade/sentences.tsx";

export interface VersionFigures {
  label: string;
  tools: number;
  tokens: number;
}

/** What clients notice when one version is served after another, what may break first. */
export function VersionChanges({
  changes: { added, removed, changed, settings, unchangedCount },
  before,
  after,
}: {
  changes: Changes;
  /** Absent where nothing was served before. */
  before?: VersionFigures | undefined;
  after: VersionFigures;
}) {
  const breaking = changed.filter(({ isBreaking }) => isBreaking);
  const rest = changed.filter(({ isBreaking }) => !isBreaking);
  const [hard, soft] = [true, false].map((is) => settings.filter(({ isBreaking }) => isBreaking === is));
  const isSame = added.length + removed.length + changed.length + settings.length === 0;
  return (
    <div className="flex flex-col gap-6">
      <Figures before={before} after={after} />
      {isSame ? <p className="text-muted">They serve the same, to every client.</p> : null}
      <Section
        title="Breaking"
        count={removed.length + breaking.length + (hard?.length ?? 0)}
        hint="What somebody uses today may stop working, or work otherwise."
      >
        <Items
          items={removed}
          keyOf={({ operation }) => operation}
          render={(tool) => (
            <>
              <Line tool={tool} />
              <p className="text-muted">It is gone. Who calls it is told that there is no such tool.</p>
            </>
          )}
        />
        <ChangedTools tools={breaking} />
        <Settings changes={hard ?? []} />
      </Section>
      <Section title="Added" count={added.length} hint="Clients list these from now on.">
        <Items items={added} keyOf={({ operation }) => operation} render={(tool) => <Line tool={tool} />} />
      </Section>
      <Section title="Changed" count={rest.length} hint="None of this stops a tool that people use.">
        <ChangedTools tools={rest} />
      </Section>
      <Section title="Settings" count={soft?.length ?? 0} hint="What else a client gets otherwise.">
        <Settings changes={soft ?? []} />
      </Section>
      {unchangedCount > 0 && !isSame ? (
        <p className="text-muted">{count(unchangedCount, "tool stays", "tools stay")} the same.</p>
      ) : null}
    </div>
  );
}

function Figures({ before, after }: { before: VersionFigures | undefined; after: VersionFigures }) {
  const rows: [string, number | undefined, number, (value: number) => string][] = [
    ["Tools", before?.tools, after.tools, (value) => value.toLocaleString("en")],
    ["Tokens of the list", before?.tokens, after.tokens, compact],
  ];
  return (
    <table className="w-full max-w-md text-left">
      <thead>
        <tr className="text-sm text-muted">
          <th scope="col" className="sr-only">
            What
          </th>
          {before ? (
            <th scope="col" className="py-1 pl-4 text-right font-normal">
              {before.label}
            </th>
          ) : null}
          <th scope="col" className="py-1 pl-4 text-right font-normal">
            {after.label}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, was, now, write]) => (
          <tr key={label} className="border-t">
            <th scope="row" className="py-1.5 font-normal text-muted">
              {label}
            </th>
            {was === undefined ? null : <td className="py-1.5 pl-4 text-right">{write(was)}</td>}
            <td className="py-1.5 pl-4 text-right font-medium">{write(now)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ChangedTools({ tools }: { tools: readonly ChangedTool[] }) {
  return (
    <Items
      items={tools}
      keyOf={({ operation }) => operation}
      render={(tool) => (
        <>
          <Line tool={tool} />
          <Sentences changes={tool.changes} />
        </>
      )}
    />
  );
}

function Settings({ changes }: { changes: Changes["settings"] }) {
  return (
    <Items
      items={changes}
      keyOf={({ where, message }) => where + message}
      render={({ message }) => <p className="[overflow-wrap:anywhere]">{message}</p>}
    />
  );
}

function Line({ tool: { name, title, kind } }: { tool: ToolLine }) {
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-1">
      <code className="font-mono text-sm font-medium [overflow-wrap:anywhere]">{name}</code>
      <Badge tone={kind}>{KIND_WORDS[kind]}</Badge>
      {title && title !== name ? <span className="min-w-0 text-muted [overflow-wrap:anywhere]">{title}</span> : null}
    </span>
  );
}
