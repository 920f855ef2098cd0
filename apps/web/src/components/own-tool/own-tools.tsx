"use client";

import type { ComposedTool } from "@portico/services";
import { Plus, Workflow } from "lucide-react";
import { findingsOfItem } from "@/components/lint/item-findings.tsx";
import { useLint } from "@/components/lint/use-lint.ts";
import { DraftBar } from "@/components/offer/draft-bar.tsx";
import { OfferList } from "@/components/offer/offer-list.tsx";
import { useDraftItems } from "@/components/offer/use-draft-items.ts";
import type { ProfileName } from "@/components/try/try-as.tsx";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { count } from "@/components/ui/figures.ts";
import { OwnToolEditor } from "./own-tool-editor.tsx";
import type { CallableOperation } from "./own-tool-text.ts";

const EMPTY: ComposedTool = { name: "", description: "", inputs: [], steps: [] };

/** The tools of several calls of a server's draft: list, add, edit, delete, and publish. */
export function OwnTools({
  serverId,
  lock,
  href,
  tools,
  operations,
  profiles,
  published,
  pending,
  mayWrite,
  mayPublish,
}: {
  serverId: string;
  /** Another one whenever the draft was changed. */
  lock: number;
  /** The pages of the server. */
  href: string;
  tools: ComposedTool[];
  operations: CallableOperation[];
  profiles: ProfileName[];
  /** The names of those that are served. */
  published: readonly string[];
  /** What publishing would change, in a sentence; undefined when it would change nothing. */
  pending: string | undefined;
  mayWrite: boolean;
  mayPublish: boolean;
}) {
  const { editing, problem, isPending, open, close, remove } = useDraftItems<{ before: ComposedTool | undefined }>(
    serverId,
  );
  const { report } = useLint(serverId, lock);
  const findingsOf = (tool: ComposedTool | undefined) =>
    tool ? findingsOfItem(report, { list: "composedTools", key: tool.name }) : [];
  if (editing)
    return (
      <OwnToolEditor
        {...{ serverId, href, tools, operations, profiles, published, mayWrite }}
        before={editing.before}
        findings={findingsOf(editing.before)}
        start={EMPTY}
        onClose={close}
      />
    );
  return (
    <div className="flex flex-col gap-5">
      <DraftBar {...{ serverId, problem, pending, isPending, mayWrite, mayPublish }} href={href} />
      <OfferList
        title="Own tools"
        noun="tool"
        mayWrite={mayWrite}
        rows={tools.map((tool) => ({
          key: tool.name,
          label: tool.name,
          name: (
            <>
              <code className="font-mono font-medium">{tool.name}</code>
              {tool.title ? <span> {tool.title}</span> : null}
            </>
          ),
          description: tool.description,
          findings: findingsOf(tool),
          facts: `${count(tool.steps.length, "step")}: ${tool.steps.map(({ operation, forEach }) => `${operation}${forEach ? ", for each" : ""}`).join(" → ")}`,
        }))}
        empty={
          <EmptyState
            icon={<Workflow size={24} aria-hidden />}
            title="No tools of your own yet"
            action={
              mayWrite ? (
                <Button
                  id="add-tool"
                  look="primary"
                  icon={<Plus size={16} aria-hidden />}
                  onClick={() => open({ before: undefined }, "add-tool")}
                >
                  Make a tool
                </Button>
              ) : undefined
            }
          >
            What people ask for often takes several calls: find the customer, then their orders, then the total. A tool
            of your own makes them all at once and gives the model one short answer, instead of leaving the way there to
            it.
          </EmptyState>
        }
        onAdd={() => open({ before: undefined }, "add-tool")}
        onEdit={(index) => open({ before: tools[index] }, `edit-tool-${tools[index]?.name}`)}
        onDelete={(index) => {
          const item = tools[index];
          if (item) remove("composedTools", { item, index, label: item.name });
        }}
      />
    </div>
  );
}
