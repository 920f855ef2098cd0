"use client";

import type { EditConflict, EditedTool } from "@portico/services";
import { useRouter } from "next/navigation";
import { useEffect, useState, useSyncExternalStore } from "react";
import { callRest } from "@/components/try/call-rest.ts";
import { useUnsaved } from "@/components/ui/leaving.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { createToolDrafts, type ToolDraft, type ToolDrafts } from "./tool-drafts.ts";

/** What shows the draft is drawn anew once nothing more comes for a moment. */
const REFRESH_MS = 500;

export interface ToolEditing {
  drafts: ToolDrafts;
  /** Takes the last thing that was saved of a tool back. */
  undo: (operation: string) => void;
  /** Why that could not be, and of which tool. */
  undoProblem: { operation: string; message: string } | undefined;
}

/** The edits of a server's tools while its page is open: saved by themselves, and before the page is left. */
export function useToolDrafts(serverId: string): ToolEditing {
  const router = useRouter();
  const toast = useToast();
  const [undoProblem, setUndoProblem] = useState<ToolEditing["undoProblem"]>();
  const [editing] = useState(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const undo = (operation: string) => {
      setUndoProblem(undefined);
      void drafts.undo(operation).then((message) => {
        if (message) setUndoProblem({ operation, message });
        else toast("The change is taken back", undefined, operation);
      });
    };
    const drafts = createToolDrafts({
      save: (operation, input) => saveEdit(serverId, operation, input),
      onSaved(operation, isStep) {
        clearTimeout(timer);
        timer = setTimeout(() => router.refresh(), REFRESH_MS);
        setUndoProblem(undefined);
        const draft = drafts.get(operation);
        const name = draft?.edit.name ?? draft?.document.name ?? operation;
        if (isStep) toast(`Saved in the draft: ${name}`, { label: "Undo", act: () => undo(operation) }, operation);
      },
    });
    return { drafts, undo };
  });
  const { drafts } = editing;
  useUnsaved({
    what: "what you wrote of a tool",
    isUnsaved: () => drafts.unsaved().length > 0,
    settle: drafts.flushAll,
    isStuck: () => drafts.stuck().length > 0,
  });
  useEffect(() => {
    const save = () => void drafts.flushAll();
    window.addEventListener("pagehide", save);
    return () => {
      window.removeEventListener("pagehide", save);
      save();
    };
  }, [drafts]);
  return { ...editing, undoProblem };
}

/** The edit of one tool, as it is now. */
export function useToolDraft({ subscribe, get }: ToolDrafts, operation: string): ToolDraft | undefined {
  return useSyncExternalStore(
    subscribe,
    () => get(operation),
    () => undefined,
  );
}

/** The tools of which something will not be saved by itself. */
export function useStuck({ subscribe, stuck }: ToolDrafts): readonly string[] {
  return useSyncExternalStore(subscribe, stuck, () => NONE);
}

const NONE: readonly string[] = [];

interface Refusal {
  conflicts?: EditConflict[];
  issues?: { field: string; message: string }[];
}

async function saveEdit(
  serverId: string,
  operation: string,
  { changes, from }: Parameters<Parameters<typeof createToolDrafts>[0]["save"]>[1],
) {
  const address = `/api/v1/servers/${serverId}/tools/${encodeURIComponent(operation)}`;
  const answer = await callRest<EditedTool>("PATCH", address, { ...changes, from });
  if (answer.ok) return answer;
  const { conflicts = [], issues = [] } = (answer.details ?? {}) as Refusal;
  const fields = issues.map(({ field, message }) => [field, `${message.charAt(0).toUpperCase()}${message.slice(1)}.`]);
  return { ok: false as const, message: answer.message, fields: Object.fromEntries(fields), conflicts };
}
