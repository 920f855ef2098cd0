"use client";

import { answerFields, matchesOf } from "@portico/evals";
import { ListChecks } from "lucide-react";
import { useRouter } from "next/navigation";
import { useMemo, useState, useTransition } from "react";
import { callRest } from "@/components/try/call-rest.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input, Textarea } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { fieldProblem, linesOf } from "./expectation.ts";

/** A call that was made, with what came of it. */
export interface CalledTool {
  /** Its name, or the key of its operation. */
  tool: string;
  name: string;
  args: Record<string, unknown>;
  isError: boolean;
  /** The structured answer, where there is one. */
  answer?: unknown;
}

/** Keeps a call as an eval case of the server, with what somebody chooses of its answer as what is expected from then on. */
export function SaveCase({
  href,
  call,
  size = "medium",
}: {
  /** The pages of the server. */
  href: string;
  call: CalledTool;
  size?: "small" | "medium";
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog
      title="Save as eval case"
      description="The call is made again whenever the cases are run, and its answer is held against what you choose here."
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button size={size} icon={<ListChecks size={16} aria-hidden />}>
          Save as eval case
        </Button>
      }
    >
      <SaveForm href={href} call={call} onDone={() => setOpen(false)} />
    </Dialog>
  );
}

function SaveForm({ href, call, onDone }: { href: string; call: CalledTool; onDone: () => void }) {
  const { tool, args, isError, answer } = call;
  const fields = useMemo(() => answerFields(answer, args), [answer, args]);
  const [name, setName] = useState(() => nameFor(call));
  const [chosen, setChosen] = useState<readonly string[]>(() =>
    fields.filter(({ isAsked }) => isAsked).map((field) => field.name),
  );
  const [words, setWords] = useState("");
  const [problem, setProblem] = useState<{ message: string; name?: string | undefined }>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const router = useRouter();
  const save = () =>
    start(async () => {
      const matches = matchesOf(fields.filter((field) => chosen.includes(field.name)));
      const saved = await callRest("POST", `/api/v1${href}/evals/cases`, {
        ...{ name, tool, arguments: args },
        expect: { isError, contains: linesOf(words), ...(matches === undefined ? {} : { matches }) },
      });
      if (!saved.ok) return setProblem({ message: saved.message, name: fieldProblem(saved.details, "name") });
      onDone();
      toast("Saved as an eval case", { label: "See all cases", act: () => router.push(`${href}/try/cases`) });
    });
  return (
    <form
      aria-label="Eval case"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {problem && !problem.name ? (
        <Notice kind="problem" title="The case was not saved">
          {problem.message}
        </Notice>
      ) : null}
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
      <p className="text-muted">
        {isError ? "The call was refused, so it has to be refused again." : "The call worked, so it has to work again."}
      </p>
      {fields.length > 0 ? (
        <fieldset className="min-w-0">
          <legend className="mb-1 font-medium">Fields that have to stay as they are</legend>
          <div className="max-h-64 overflow-y-auto rounded-card border py-1">
            {fields.map((field) => (
              <label key={field.name} className="flex cursor-pointer items-start gap-2 px-3 py-1.5 hover:bg-hover">
                <input
                  type="checkbox"
                  checked={chosen.includes(field.name)}
                  onChange={(event) =>
                    setChosen((names) =>
                      event.target.checked ? [...names, field.name] : names.filter((one) => one !== field.name),
                    )
                  }
                  className="mt-0.5 size-4 shrink-0 accent-accent"
                />
                <span className="min-w-0 font-mono text-sm [overflow-wrap:anywhere]">
                  {field.name} <span className="text-muted">{JSON.stringify(field.value)}</span>
                </span>
              </label>
            ))}
          </div>
          <p className="mt-1 text-sm text-muted">
            Choose what does not change by itself. Times, counts and the like are better left out.
          </p>
        </fieldset>
      ) : null}
      <Field label="Words that it has to say" hint="One expectation a line. Left empty, any words will do.">
        {(control) => (
          <Textarea {...control} value={words} rows={2} onChange={(event) => setWords(event.target.value)} />
        )}
      </Field>
      <p className="text-sm text-muted">
        The arguments are kept as they are, for everybody who may change this server. Credentials are not among them.
      </p>
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Save eval case
        </Button>
      </div>
    </form>
  );
}

/** Enough to tell it from the others until somebody finds better words. */
function nameFor({ name, args }: CalledTool): string {
  const values = Object.values(args).filter((value) => ["string", "number"].includes(typeof value));
  return [name, ...values].join(" ").slice(0, 80).trim();
}
