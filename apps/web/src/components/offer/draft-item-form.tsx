"use client";

import type { Finding } from "@portico/openapi";
import type { ServerView } from "@portico/services";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { ItemFindings } from "@/components/lint/item-findings.tsx";
import { changeDraftItem } from "@/components/server/actions.ts";
import { Button } from "@/components/ui/button.tsx";
import { useUnsaved } from "@/components/ui/leaving.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";

type List = "prompts" | "resources" | "composedTools";

/** What is wrong with a field of the item, by its path ("arguments.0.name"); with a dot at the end, with anything below it. */
export type ErrorOf = (field: string) => string | undefined;

/** The form around one prompt or resource: saves it in the draft, says what is wrong beside its field, and notices what others did. */
export function DraftItemForm<Kind extends List>({
  serverId,
  list,
  title,
  before,
  theirs,
  item,
  isDirty,
  findings,
  mayWrite,
  onTakeTheirs,
  onClose,
  children,
}: {
  serverId: string;
  list: Kind;
  title: string;
  /** As it was when it was opened; absent for a new one. */
  before: ServerView[Kind][number] | undefined;
  /** What stands under its name in the draft now. */
  theirs: ServerView[Kind][number] | undefined;
  item: ServerView[Kind][number];
  isDirty: boolean;
  /** What would help with it as it is saved. */
  findings: readonly Finding[];
  mayWrite: boolean;
  onTakeTheirs: () => void;
  onClose: () => void;
  children: (errorOf: ErrorOf) => ReactNode;
}) {
  const [problem, setProblem] = useState<{ message: string; fields: Record<string, string>; isConflict: boolean }>();
  const [isPending, start] = useTransition();
  const form = useRef<HTMLFormElement>(null);
  const router = useRouter();
  const toast = useToast();
  useUnsaved({ what: "what you wrote", isUnsaved: () => isDirty && mayWrite });
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problem]);
  const save = (over: ServerView[Kind][number] | undefined) =>
    start(async () => {
      const outcome = await changeDraftItem({ id: serverId, list, item, ...(over ? { before: over } : {}) });
      if (outcome.ok) {
        toast("Saved in the draft");
        return onClose();
      }
      const isConflict = outcome.details === "conflict";
      setProblem({ ...outcome, isConflict });
      // Their version comes with it; until then the buttons wait.
      if (isConflict) start(() => router.refresh());
    });
  const errorOf: ErrorOf = (field) =>
    field.endsWith(".")
      ? Object.entries(problem?.fields ?? {}).find(([name]) => name.startsWith(field))?.[1]
      : problem?.fields[field];
  return (
    <form
      ref={form}
      aria-label={title}
      noValidate
      // What has the focus stands between the bars that stay.
      className="flex flex-col gap-4 [&_:is(input,textarea,select,button)]:scroll-mt-28 [&_:is(input,textarea,select,button)]:scroll-mb-20"
      onSubmit={(event) => {
        event.preventDefault();
        save(before);
      }}
    >
      <div className="sticky top-12 z-10 flex flex-wrap items-center justify-between gap-3 bg-canvas py-2">
        <h2 className="text-lg font-semibold [overflow-wrap:anywhere]">{title}</h2>
        <div className="flex gap-2">
          <Button look="quiet" onClick={onClose}>
            {isDirty && mayWrite ? "Discard" : "Back to the list"}
          </Button>
          {mayWrite ? (
            <Button type="submit" look="primary" disabled={!isDirty} isPending={isPending}>
              Save in the draft
            </Button>
          ) : null}
        </div>
      </div>
      {problem ? (
        <Notice
          kind="problem"
          title={problem.message}
          action={
            problem.isConflict ? (
              <>
                {theirs ? (
                  <Button
                    disabled={isPending}
                    onClick={() => {
                      setProblem(undefined);
                      onTakeTheirs();
                    }}
                  >
                    Show theirs
                  </Button>
                ) : null}
                <Button isPending={isPending} onClick={() => save(theirs)}>
                  {theirs ? "Save mine over it" : "Save mine again"}
                </Button>
              </>
            ) : undefined
          }
        />
      ) : null}
      {isDirty ? null : <ItemFindings findings={findings} />}
      {children(errorOf)}
    </form>
  );
}
