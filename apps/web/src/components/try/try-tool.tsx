"use client";

import type { ToolView, TriedCall } from "@portico/services";
import { Play, Save } from "lucide-react";
import Link from "next/link";
import { useState, useTransition } from "react";
import { SaveCase } from "@/components/eval/save-case.tsx";
import type { Kind } from "@/components/tool/kind.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useAddressChoice } from "@/components/ui/use-address-value.ts";
import { callRest } from "./call-rest.ts";
import { SureBox } from "./sure-box.tsx";
import { TriedView } from "./tried-view.tsx";
import { ProfileField, type ProfileName, type ToolStates, VersionField } from "./try-as.tsx";
import { useArguments } from "./use-arguments.tsx";

type From = "api" | "example" | "sample";
const FROM = ["api", "example", "sample"] as const;
const NO_SAMPLE = ["api", "example"] as const;

/** Runs one tool by hand and shows what happens, before any client or model is involved. */
export function TryTool({
  serverId,
  slug,
  tool,
  kind,
  profiles,
  sample,
  states,
}: {
  serverId: string;
  slug: string;
  tool: Pick<ToolView, "operation" | "inputSchema" | "name">;
  kind: Kind;
  profiles: ProfileName[];
  /** The arguments that the kept sample was the answer to; null without a sample. */
  sample: Record<string, unknown> | null;
  states: ToolStates;
}) {
  const [isSure, setSure] = useState(false);
  const [hasSample, setHasSample] = useState(sample !== null);
  const [from, setFrom] = useAddressChoice<From>("from", hasSample ? FROM : NO_SAMPLE);
  const [on, setOn] = useAddressChoice("as", states);
  const [profileId, setProfileId] = useAddressChoice("profile", ["", ...profiles.map(({ id }) => id)]);
  const [call, setCall] = useState<{ tried: TriedCall; args: Record<string, unknown> }>();
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const { form, read } = useArguments(tool.inputSchema, { before: sample, onProblem: setProblem });
  const address = `/api/v1/servers/${serverId}/tools/${encodeURIComponent(tool.operation)}`;
  const isAsked = from === "api" && kind !== "reading";

  const run = () => {
    const args = read();
    if (!args) return;
    start(async () => {
      setProblem(undefined);
      const body = { arguments: args, from, on, ...(profileId ? { profileId } : {}) };
      const answer = await callRest<TriedCall>("POST", `${address}/try`, body);
      if (!answer.ok) return setProblem(answer.message);
      setCall({ tried: answer.value, args });
    });
  };
  const keep = () =>
    start(async () => {
      const answer = call?.tried.answer;
      if (!answer) return;
      const { status, contentType, body } = answer;
      const kept = await callRest("PUT", `${address}/sample`, { arguments: call.args, status, contentType, body });
      if (!kept.ok) return setProblem(kept.message);
      setHasSample(true);
      toast("Kept as the sample of this tool");
    });
  const { tried } = call ?? {};
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,380px)_minmax(0,1fr)]">
      <form
        aria-label={`Try ${tool.name}`}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Answer from">
            {(control) => (
              <Select {...control} value={from} onChange={(event) => setFrom(event.target.value as From)}>
                <option value="api">The API itself</option>
                <option value="example">The document’s example</option>
                {hasSample ? <option value="sample">The kept sample</option> : null}
              </Select>
            )}
          </Field>
          <VersionField label="Tool as" value={on} states={states} onChange={setOn} />
          <ProfileField profiles={profiles} value={profileId} onChange={setProfileId} />
        </div>
        {form}
        {isAsked ? <SureBox kind={kind} isSure={isSure} onChange={setSure} /> : null}
        {problem ? (
          <Notice kind="problem" title="It was not tried">
            {problem}
          </Notice>
        ) : null}
        <div>
          <Button
            type="submit"
            look="primary"
            isPending={isPending}
            disabled={isAsked && !isSure}
            icon={<Play size={16} aria-hidden />}
          >
            {from === "api" ? "Call the API" : "Try it"}
          </Button>
        </div>
      </form>
      <div className="flex min-w-0 flex-col gap-3">
        {tried && tried.missingCredentials.length > 0 ? (
          <Notice
            title="Called without a credential"
            action={
              <Link href={`/servers/${slug}/credentials`} className="font-medium underline underline-offset-2">
                Set it under Credentials
              </Link>
            }
          >
            The document says that this operation wants {tried.missingCredentials.join(", ")}, and nobody has stored it.
          </Notice>
        ) : null}
        {call && tried ? (
          <>
            <TriedView call={tried} />
            <div className="flex flex-wrap items-center gap-2">
              {from === "api" && tried.answer && !tried.answer.from && tried.answer.body ? (
                <Button icon={<Save size={16} aria-hidden />} isPending={isPending} onClick={keep}>
                  Keep as sample
                </Button>
              ) : null}
              <SaveCase
                href={`/servers/${slug}`}
                call={{
                  ...{ tool: tool.operation, name: tool.name, args: call.args },
                  ...{ isError: tried.result.isError === true, answer: tried.result.structuredContent },
                }}
              />
              <p className="flex-1 basis-60 text-sm text-muted">
                A sample is what answers are shaped by, and what the tool can be tried with later. An eval case is a
                call that is made again before you publish, to see whether it still does what you expect.
              </p>
            </div>
          </>
        ) : (
          <p className="rounded-card border border-dashed border-control px-6 py-10 text-center text-muted">
            Here you see what a model would get, what the API answered, and what it was asked.
          </p>
        )}
      </div>
    </div>
  );
}
