"use client";

import type { Dialect, DialectChange, DialectChangeKind } from "@portico/openapi";
import type { ToolPreview } from "@portico/services";
import { ChevronRight, CircleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { callRest, type RestAnswer } from "@/components/try/call-rest.ts";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Field, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { TokenChange } from "@/components/ui/token-change.tsx";

const NAMES_SHOWN = 6;

const WHY: Readonly<Record<Dialect, string>> = {
  full: "It takes the schema as it is.",
  safe: "It, or the models behind it, refuse some of what schemas can say, so it gets a simpler one. Calls are checked against the whole schema.",
  gemini:
    "Gemini’s models take few kinds of schemas, so it gets a simpler one. Calls are checked against the whole schema.",
  "openai-strict":
    "In strict mode every argument has to be sent, so it gets another schema. Calls are checked against the whole one.",
};

const WORDS: Readonly<Record<DialectChangeKind, string>> = {
  references: "Parts that are shared are written out",
  alternatives: "Alternatives are one shape that allows them all",
  limits: "Limits and formats stand in the description",
  maps: "What stands under free keys is told in the description",
  values: "The values to choose from are told in the description, or left open",
  defaults: "The default is left out",
  examples: "Examples are left out",
  deep: "What is nested deep, or goes round, is free-form",
  words: "The description is shortened",
  optional: "It has to be sent: null stands for leaving it out",
};

/** What each known client would get of a tool, read when it is opened. `edition`: another one when the tool was changed. */
export function ForEachClient({ address, edition }: { address: string; edition: string }) {
  const [isOpen, setOpen] = useState(false);
  const [answer, setAnswer] = useState<RestAnswer<ToolPreview>>();
  const [chosen, setChosen] = useState<string>();
  useEffect(() => {
    if (!isOpen) return;
    const abort = new AbortController();
    void callRest<ToolPreview>("GET", `${address}/clients`, undefined, abort.signal).then((next) => {
      if (!abort.signal.aborted) setAnswer(next);
    });
    return () => abort.abort();
  }, [isOpen, address, edition]);
  return (
    <details className="group rounded-card border" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex cursor-pointer list-none items-center gap-2 p-3 font-medium [&::-webkit-details-marker]:hidden">
        <span className="flex-1">For each client</span>
        <ChevronRight
          size={16}
          aria-hidden
          className="shrink-0 text-muted transition-transform duration-100 group-open:rotate-90"
        />
      </summary>
      <section aria-label="For each client" className="flex flex-col gap-3 border-t p-3">
        {answer === undefined ? <p className="text-muted">Loading…</p> : null}
        {answer && !answer.ok ? <Notice kind="problem" title={answer.message} /> : null}
        {answer?.ok ? <Clients preview={answer.value} chosen={chosen} onChoose={setChosen} /> : null}
      </section>
    </details>
  );
}

function Clients({
  preview: { clients, forms, isPicked, isSearched },
  chosen,
  onChoose,
}: {
  preview: ToolPreview;
  chosen: string | undefined;
  onChoose: (id: string) => void;
}) {
  const client = clients.find(({ id }) => id === chosen) ?? clients[0];
  const form = forms.find(({ dialect }) => dialect === client?.dialect);
  if (!client || !form) return null;
  const { entry, changes, tokens } = form;
  return (
    <>
      <p className="text-sm text-muted">
        From the draft. {isPicked ? "" : "It is not picked: this is what clients would get. "}
        {isSearched ? "Tools of this server are found by searching, so a model reads this when it asks for it." : ""}
      </p>
      <Field label="Client">
        {(control) => (
          <Select {...control} value={client.id} onChange={(event) => onChoose(event.target.value)}>
            {clients.map(({ id, label, problems }) => (
              <option key={id} value={id}>
                {problems.length > 0 ? `${label} – does not take all of it` : label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {client.problems.length > 0 ? (
        <ul aria-label={`What does not work in ${client.label}`} className="flex flex-col gap-1">
          {client.problems.map((problem) => (
            <li key={problem} className="flex gap-1.5 text-sm font-medium">
              <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
              {problem}
            </li>
          ))}
        </ul>
      ) : null}
      <TokenChange raw={tokens.before} shaped={tokens.after} what="from the document to the draft" />
      <dl className="flex flex-col gap-2 text-sm">
        {[
          ["Name", <code className="font-mono [overflow-wrap:anywhere]">{entry.name}</code>],
          ...(entry.title ? [["Title", entry.title]] : []),
          ["Description", <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">{entry.description}</span>],
        ].map(([word, value]) => (
          <div key={String(word)}>
            <dt className="text-muted">{word}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="flex flex-col gap-1 text-sm">
        <h4 className="font-medium">Schema</h4>
        <p className="text-muted">{WHY[form.dialect]}</p>
        {changes.length > 0 ? (
          <ul className="list-disc pl-5">
            {changes.map((change) => (
              <li key={change.kind}>
                {WORDS[change.kind]}: <code className="font-mono">{namesOf(change)}</code>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      <CodeBlock
        label={`Schema for ${client.label}`}
        text={JSON.stringify(entry.inputSchema, null, 2)}
        className="max-h-80"
      />
    </>
  );
}

function namesOf({ arguments: names }: DialectChange): string {
  const more = names.length - NAMES_SHOWN;
  return `${names.slice(0, NAMES_SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
