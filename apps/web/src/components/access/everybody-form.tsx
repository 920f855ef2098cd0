"use client";

import type { ServerAccess } from "@portico/services";
import { useState, useTransition } from "react";
import { VisibilityChoice } from "@/components/server/visibility-choice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { saveEverybody } from "./actions.ts";
import { StepUpChoice } from "./step-up-choice.tsx";
import { type GivenTool, ToolGrantChoice } from "./tool-grant-choice.tsx";

/** Who may use a server without being named, and with which tools. */
export function EverybodyForm({
  serverId,
  access,
  tools,
}: {
  serverId: string;
  access: Pick<ServerAccess, "visibility" | "everybodyTools" | "stepUp">;
  tools: GivenTool[];
}) {
  const [visibility, setVisibility] = useState(access.visibility);
  const [everybodyTools, setTools] = useState(access.everybodyTools);
  const [stepUp, setStepUp] = useState(access.stepUp);
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const isChanged =
    visibility !== access.visibility ||
    stepUp !== access.stepUp ||
    JSON.stringify(everybodyTools) !== JSON.stringify(access.everybodyTools);
  const save = () =>
    start(async () => {
      const outcome = await saveEverybody({ serverId, visibility, everybodyTools, stepUp });
      setProblem(outcome.ok ? undefined : outcome.message);
      if (outcome.ok) toast("Access is changed, everywhere within a second");
    });
  return (
    <section aria-label="Everybody" className="flex max-w-2xl flex-col gap-4">
      {problem ? (
        <Notice kind="problem" title="Access was not changed">
          {problem}
        </Notice>
      ) : null}
      <VisibilityChoice value={visibility} onChange={setVisibility} />
      <ToolGrantChoice
        label={visibility === "chosen" ? "Tools of machines" : "Tools of whoever is not named below"}
        hint={
          visibility === "chosen"
            ? "API keys and machines of the organization may always use the server, with these tools."
            : "API keys and machines of the organization have them too."
        }
        tools={tools}
        value={everybodyTools}
        onChange={setTools}
      />
      <StepUpChoice isOn={stepUp} onChange={setStepUp} />
      <div>
        <Button look="primary" disabled={!isChanged} isPending={isPending} onClick={save}>
          Save access
        </Button>
      </div>
    </section>
  );
}
