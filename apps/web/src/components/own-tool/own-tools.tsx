"use client";

import type { ComposedTool } from "@portico/services";
import { Plus, Workflow } from "lucide-react";
import { useEffect, useRef, useState, useTransition } from "react";
import { OfferList } from "@/components/offer/offer-list.tsx";
import { changeDraftItem } from "@/components/server/actions.ts";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { PublishDialog } from "@/components/version/publish-dialog.tsx";
import { OwnToolEditor } from "./own-tool-editor.tsx";
import type { CallableOperation } from "./own-tool-text.ts";

const EMPTY: ComposedTool = { name: "", description: "", inputs: [], steps: [] };

/** The tools of several calls of a server's draft: list, add, edit, delete, and publish. */
export function OwnTools({
  serverId,
  documentId,
  href,
  tools,
  operations,
  pending,
  mayWrite,
  mayPublish,
}: {
  serverId: string;
  documentId: string;
  /** The pages of the server. */
  href: string;
  tools: ComposedTool[];
  operations: CallableOperation[];
  /** What publishing would change, in a sentence; undefined when it would change nothing. */
  pending: string | undefined;
  mayWrite: boolean;
  mayPublish: boolean;
}) {
  const [editing, setEditing] = useState<{ before: ComposedTool | undefined }>();
  const [problem, setProblem] = useState<string>();
  const [isReviewing, setReviewing] = useState(false);
  const [isPending, start] = useTransition();
  const openedBy = useRef<string>(undefined);
  const toast = useToast();
  useEffect(() => {
    if (editing || !openedBy.current) return;
    document.getElementById(openedBy.current)?.focus();
    openedBy.current = undefined;
  }, [editing]);
  const open = (before: ComposedTool | undefined, button: string) => {
    openedBy.current = button;
    setProblem(undefined);
    setEditing({ before });
  };
  const remove = (index: number) =>
    start(async () => {
      const item = tools[index];
      if (!item) return;
      setProblem(undefined);
      const list = "composedTools" as const;
      const outcome = await changeDraftItem({ id: serverId, list, before: item });
      if (!outcome.ok) return setProblem(outcome.message);
      toast(`Deleted ${item.name} from the draft`, {
        label: "Undo",
        act: () =>
          start(async () => {
            const undone = await changeDraftItem({ id: serverId, list, item, index });
            if (undone.ok) toast(`${item.name} is back in the draft`);
            else setProblem(undone.message);
          }),
      });
    });
  if (editing)
    return (
      <OwnToolEditor
        {...{ serverId, documentId, tools, operations, mayWrite }}
        before={editing.before}
        start={EMPTY}
        onClose={() => setEditing(undefined)}
      />
    );
  return (
    <div className="flex flex-col gap-5">
      {problem ? (
        <Notice kind="problem" title="The draft was not changed">
          {problem}
        </Notice>
      ) : null}
      {mayWrite ? (
        <div className="flex min-h-8 flex-wrap items-center gap-3">
          <p className="flex-1 basis-60 text-muted" role="status">
            {pending ?? "What is served is what you see here. Changes stay in the draft until you publish."}
          </p>
          {mayPublish && pending ? (
            <Button look="primary" isPending={isPending} onClick={() => setReviewing(true)}>
              Publish changes
            </Button>
          ) : null}
        </div>
      ) : null}
      <PublishDialog {...{ serverId, href }} isOpen={isReviewing} onOpenChange={setReviewing} />
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
                  onClick={() => open(undefined, "add-tool")}
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
        onAdd={() => open(undefined, "add-tool")}
        onEdit={(index) => open(tools[index], `edit-tool-${tools[index]?.name}`)}
        onDelete={remove}
      />
    </div>
  );
}
