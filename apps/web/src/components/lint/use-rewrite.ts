"use client";

import type { ParameterEdit } from "@portico/openapi";
import type { ModelProviderView, SuggestedWords, ToolChanges, ToolEdit } from "@portico/services";
import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { changeTool } from "@/components/server/actions.ts";
import { toChanges, valuesOf } from "@/components/tool/tool-changes.ts";
import { callRest } from "@/components/try/call-rest.ts";
import { useToast } from "@/components/ui/toast.tsx";

/** Which of the suggested words are wanted: "title", "description", or the key of a parameter behind a colon. */
export type Wanted = ReadonlySet<string>;

export interface Rewrite {
  /** Asks a model; absent where nobody has added one. */
  ask: (() => void) | undefined;
  /** Whether there is one is known: what shows this keeps its place until then. */
  isKnown: boolean;
  isPending: boolean;
  suggestion: SuggestedWords | undefined;
  problem: string | undefined;
  accept: (wanted: Wanted) => void;
  refuse: () => void;
}

/** Words for one tool that a model suggests and a person takes or leaves. `edits`: what is changed of its parameters now. */
export function useRewrite(
  { serverId, operation, mayWrite }: { serverId: string; operation: string; mayWrite: boolean },
  edits: Readonly<Record<string, ParameterEdit>>,
  onChange: () => void,
): Rewrite {
  const provider = useProvider(mayWrite);
  // Of the tool that was asked about: another one may be open when the answer comes.
  const [answered, setAnswered] = useState<{ operation: string; words?: SuggestedWords; problem?: string }>();
  const { words: suggestion, problem } = answered?.operation === operation ? answered : {};
  const setProblem = (text: string) => setAnswered({ operation, problem: text });
  const [isPending, start] = useTransition();
  const router = useRouter();
  const toast = useToast();
  const changed = (words: string, back?: () => void) => {
    onChange();
    router.refresh();
    toast(words, ...(back ? [{ label: "Undo", act: back }] : []));
  };
  const ask = () =>
    start(async () => {
      setAnswered(undefined);
      const address = `/api/v1/servers/${serverId}/tools/${encodeURIComponent(operation)}/suggest`;
      const answer = await callRest<SuggestedWords>("POST", address, { providerId: provider?.id });
      if (answer.ok) setAnswered({ operation, words: answer.value });
      else setProblem(answer.message);
    });
  const undo = (changes: ToolChanges, from: ToolChanges) =>
    start(async () => {
      const undone = await changeTool({ serverId, operation, changes, from });
      if (!undone.ok)
        return setProblem(
          undone.details === "conflict"
            ? "Somebody else has changed these words since, so this can no longer be undone."
            : undone.message,
        );
      changed("The words are as they were");
    });
  const accept = (wanted: Wanted) =>
    start(async () => {
      if (!suggestion) return;
      const { title, description, parameters } = suggestion;
      const taken = parameters.filter(({ key }) => wanted.has(`:${key}`));
      const described = taken.map(({ key, after }) => [key, { ...edits[key], description: after }] as const);
      const changes: ToolChanges = {
        ...(title && wanted.has("title") ? { title: title.after } : {}),
        ...(description && wanted.has("description") ? { description: description.after } : {}),
        ...(described.length > 0 ? { parameters: Object.fromEntries(described) } : {}),
      };
      const outcome = await changeTool({ serverId, operation, changes });
      if (!outcome.ok) return setAnswered({ operation, words: suggestion, problem: outcome.message });
      setAnswered(undefined);
      const paths = [...valuesOf(changes as ToolEdit).keys()];
      const [before, after] = [valuesOf(outcome.value.before), valuesOf(outcome.value.after)];
      const back = toChanges(paths, before);
      changed("The suggested words are in the draft", () => undo(back, toChanges(paths, after)));
    });
  return {
    ask: provider ? ask : undefined,
    isKnown: provider !== undefined,
    ...{ isPending, suggestion, problem, accept },
    refuse: () => setAnswered(undefined),
  };
}

/** What was there the last time: the next tool that is opened begins with it. Null: nobody has added one. */
let lastProvider: ModelProviderView | null | undefined;

/** The provider that is asked: the first of the organization's; null without one, undefined until it is known. */
function useProvider(mayWrite: boolean): ModelProviderView | null | undefined {
  const [provider, setProvider] = useState(mayWrite ? lastProvider : null);
  useEffect(() => {
    if (!mayWrite) return setProvider(null);
    const abort = new AbortController();
    callRest<{ items: ModelProviderView[] }>("GET", "/api/v1/model-providers", undefined, abort.signal).then(
      (answer) => {
        if (abort.signal.aborted) return;
        lastProvider = answer.ok ? (answer.value.items[0] ?? null) : null;
        setProvider(lastProvider);
      },
    );
    return () => abort.abort();
  }, [mayWrite]);
  return provider;
}
