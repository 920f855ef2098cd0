"use client";

import type { JsonSchema } from "@portico/openapi";
import type { ComposedTool, TriedComposed } from "@portico/services";
import { Play } from "lucide-react";
import { type ReactNode, useState, useTransition } from "react";
import { SaveCase } from "@/components/eval/save-case.tsx";
import type { Kind } from "@/components/tool/kind.ts";
import { callRest } from "@/components/try/call-rest.ts";
import { SureBox } from "@/components/try/sure-box.tsx";
import { ProfileField, type ProfileName, type ToolStates, VersionField } from "@/components/try/try-as.tsx";
import { useArguments } from "@/components/try/use-arguments.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useAddressChoice } from "@/components/ui/use-address-value.ts";
import { TriedSteps } from "./tried-steps.tsx";

type From = "api" | "example" | "sample";
/** What changes something is not the first that a click does. */
const FROM = { safe: ["api", "example", "sample"], careful: ["example", "api", "sample"] } as const;

/** Runs a tool of several calls by hand, with whichever profile, drafted or published, and shows what each step did. */
export function TryOwnTool({
  serverId,
  href,
  name,
  inputSchema,
  form,
  kind,
  profiles,
  states,
  isPanel = false,
}: {
  serverId: string;
  /** The pages of the server. */
  href: string;
  name: string;
  inputSchema: JsonSchema;
  /** The tool as it stands in its form, which is then what is tried as the draft. */
  form?: ComposedTool;
  kind: Kind;
  profiles: ProfileName[];
  states: ToolStates;
  /** Beside the form: one column. */
  isPanel?: boolean;
}) {
  const [from, setFrom] = useAddressChoice<From>("from", kind === "reading" ? FROM.safe : FROM.careful);
  const [on, setOn] = useAddressChoice("as", states);
  const [profileId, setProfileId] = useAddressChoice("profile", ["", ...profiles.map(({ id }) => id)]);
  const [isSure, setSure] = useState(false);
  const [call, setCall] = useState<{ tried: TriedComposed; args: Record<string, unknown> }>();
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const { form: fields, read } = useArguments(inputSchema, { onProblem: setProblem });
  const isAsked = from === "api" && kind !== "reading";
  const isEmpty = form?.steps.length === 0 && on === "draft";
  const run = () => {
    const args = read();
    if (!args) return;
    start(async () => {
      setProblem(undefined);
      const answer = await callRest<TriedComposed>("POST", `/api/v1/servers/${serverId}/composed-tools/try`, {
        ...(form && on === "draft" ? { tool: form } : { name, on }),
        ...{ arguments: args, from },
        ...(profileId ? { profileId } : {}),
      });
      if (!answer.ok) return setProblem(answer.message);
      setCall({ tried: answer.value, args });
    });
  };
  return (
    <div
      className={
        isPanel ? "flex min-w-0 flex-col gap-4" : "grid min-w-0 gap-6 lg:grid-cols-[minmax(0,380px)_minmax(0,1fr)]"
      }
    >
      <Form label={`Try ${name || "the tool"}`} isPanel={isPanel} onSubmit={run}>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Answers from">
            {(control) => (
              <Select {...control} value={from} onChange={(event) => setFrom(event.target.value as From)}>
                <option value="api">The API itself</option>
                <option value="example">The document’s examples</option>
                <option value="sample">The kept samples</option>
              </Select>
            )}
          </Field>
          <VersionField label="Tool as" value={on} states={states} onChange={setOn} />
          <ProfileField profiles={profiles} value={profileId} onChange={setProfileId} />
        </div>
        {fields}
        {isAsked ? <SureBox kind={kind} isSure={isSure} onChange={setSure} /> : null}
        {problem ? (
          <Notice kind="problem" title="It was not tried">
            {problem}
          </Notice>
        ) : null}
        <div>
          <Button
            type={isPanel ? "button" : "submit"}
            onClick={isPanel ? run : undefined}
            look={isPanel ? "secondary" : "primary"}
            icon={<Play size={16} aria-hidden />}
            isPending={isPending}
            disabled={isEmpty || (isAsked && !isSure)}
          >
            Run all steps
          </Button>
        </div>
      </Form>
      <div className="flex min-w-0 flex-col gap-3">
        {call ? (
          <>
            <TriedSteps tried={call.tried} credentialsHref={`${href}/credentials`} />
            <div className="flex flex-wrap items-center gap-2">
              <SaveCase
                href={href}
                call={{
                  ...{ tool: name, name, args: call.args },
                  ...{ isError: call.tried.result.isError === true, answer: call.tried.result.structuredContent },
                }}
              />
            </div>
          </>
        ) : isPanel ? null : (
          <p className="rounded-card border border-dashed border-control px-6 py-10 text-center text-muted">
            Here you see what each step was asked, what the API answered, and the one result that a model would get.
          </p>
        )}
      </div>
    </div>
  );
}

/** A form of its own; beside the form of the tool a part of that, since there is no form within a form. */
function Form({
  label,
  isPanel,
  onSubmit,
  children,
}: {
  label: string;
  isPanel: boolean;
  onSubmit: () => void;
  children: ReactNode;
}) {
  const className = "flex min-w-0 flex-col gap-4";
  if (isPanel)
    return (
      <fieldset aria-label={label} className={className}>
        {children}
      </fieldset>
    );
  return (
    <form
      aria-label={label}
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
