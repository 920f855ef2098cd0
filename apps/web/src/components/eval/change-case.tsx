"use client";

import type { EvalCaseView } from "@portico/services";
import { useRouter } from "next/navigation";
import { type ReactNode, useState, useTransition } from "react";
import { callRest } from "@/components/try/call-rest.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input, Select, Textarea } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { fieldProblem, linesOf } from "./expectation.ts";

/** A tool of the draft that a case can call. */
export interface CallableTool {
  /** The key of its operation, or its name where it makes several calls. */
  key: string;
  name: string;
}

interface Props {
  /** The address of the case. */
  address: string;
  one: EvalCaseView;
  tools: CallableTool[];
  /** Said with whether the last run is still of it. */
  onChanged: (hasOtherCall: boolean) => void;
}

/** Renames a case, has it call another tool, or changes what it gives and expects. */
export function ChangeCase({ trigger, ...props }: Props & { trigger: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog title="Change the eval case" open={isOpen} onOpenChange={setOpen} trigger={trigger} isWide>
      <ChangeForm {...props} onDone={() => setOpen(false)} />
    </Dialog>
  );
}

type Problem = { message: string } & Partial<Record<"name" | "arguments" | "matches" | "within", string | undefined>>;

function ChangeForm({ address, one, tools, onChanged, onDone }: Props & { onDone: () => void }) {
  const isThere = one.problem === null;
  const before = textsOf(one);
  const [name, setName] = useState(one.name);
  const [called, setCalled] = useState(before.called);
  const [args, setArgs] = useState(before.args);
  const [isError, setError] = useState(one.expect.isError);
  const [words, setWords] = useState(before.words);
  const [matches, setMatches] = useState(before.matches);
  const [within, setWithin] = useState(before.within);
  const [problem, setProblem] = useState<Problem>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const router = useRouter();
  const save = () => {
    const read = { args: jsonOf(args || "{}"), matches: matches.trim() === "" ? undefined : jsonOf(matches) };
    const limit = within.trim() === "" ? undefined : Number(within);
    const wrong: Problem = {
      message: "",
      ...(isObject(read.args) ? {} : { arguments: "This is not a JSON object yet." }),
      ...(read.matches instanceof SyntaxError ? { matches: "This is not JSON yet." } : {}),
      ...(limit !== undefined && !(limit > 0) ? { within: "Give a number of milliseconds above 0." } : {}),
    };
    if (Object.keys(wrong).length > 1) return setProblem(wrong);
    start(async () => {
      const isOther =
        isError !== one.expect.isError ||
        words !== before.words ||
        matches !== before.matches ||
        within !== before.within;
      const expectation = {
        ...{ isError, contains: linesOf(words) },
        ...(read.matches === undefined ? {} : { matches: read.matches }),
        ...(limit === undefined ? {} : { withinMs: limit }),
      };
      const call = {
        ...(called === before.called ? {} : { tool: called }),
        ...(args === before.args ? {} : { arguments: read.args }),
        ...(isOther ? { expect: expectation } : {}),
      };
      const changes = { ...(name === one.name ? {} : { name }), ...call };
      if (Object.keys(changes).length === 0) return onDone();
      const saved = await callRest("PATCH", address, changes);
      if (!saved.ok)
        return setProblem({
          message: saved.message,
          name: fieldProblem(saved.details, "name"),
          arguments: fieldProblem(saved.details, "arguments"),
          matches: fieldProblem(saved.details, "expect"),
        });
      onChanged(Object.keys(call).length > 0);
      toast("The eval case is changed");
      router.refresh();
      onDone();
    });
  };
  const isSaid = problem && (problem.name ?? problem.arguments ?? problem.matches ?? problem.within) !== undefined;
  return (
    <form
      aria-label="Eval case"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {problem && !isSaid ? (
        <Notice kind="problem" title="The case was not changed">
          {problem.message}
        </Notice>
      ) : null}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" error={problem?.name}>
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={200}
              required
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Tool">
          {(control) => (
            <Select {...control} value={called} onChange={(event) => setCalled(event.target.value)}>
              {isThere ? null : <option value="">{one.tool}, which is gone</option>}
              {tools.map((tool) => (
                <option key={tool.key} value={tool.key}>
                  {tool.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Field label="Arguments as JSON" error={problem?.arguments}>
        {(control) => (
          <Textarea
            {...control}
            value={args}
            rows={4}
            spellCheck={false}
            className="font-mono text-sm"
            onChange={(event) => setArgs(event.target.value)}
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="The call has to">
          {(control) => (
            <Select
              {...control}
              value={isError ? "refuse" : "work"}
              onChange={(event) => setError(event.target.value === "refuse")}
            >
              <option value="work">work</option>
              <option value="refuse">be refused</option>
            </Select>
          )}
        </Field>
        <Field label="Within milliseconds" hint="Left empty, it may take as long as it does." error={problem?.within}>
          {(control) => (
            <Input
              {...control}
              value={within}
              inputMode="numeric"
              autoComplete="off"
              onChange={(event) => setWithin(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Field label="Words that it has to say" hint="One expectation a line. Left empty, any words will do.">
        {(control) => (
          <Textarea {...control} value={words} rows={2} onChange={(event) => setWords(event.target.value)} />
        )}
      </Field>
      <Field
        label="Fields of the answer as JSON"
        hint="What has to be in it. Fields that are not named may be anything."
        error={problem?.matches}
      >
        {(control) => (
          <Textarea
            {...control}
            value={matches}
            rows={6}
            spellCheck={false}
            className="font-mono text-sm"
            placeholder={'{"result": [{"id": "canal-kayak"}]}'}
            onChange={(event) => setMatches(event.target.value)}
          />
        )}
      </Field>
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Save changes
        </Button>
      </div>
    </form>
  );
}

/** A case as it stands in the form. */
function textsOf({ tool, operation, problem, arguments: args, expect: { contains, matches, withinMs } }: EvalCaseView) {
  return {
    called: problem === null ? (operation ?? tool) : "",
    args: JSON.stringify(args, null, 2),
    words: contains.join("\n"),
    matches: matches === undefined ? "" : JSON.stringify(matches, null, 2),
    within: String(withinMs ?? ""),
  };
}

/** The value of a text, or why it has none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Error);
}
