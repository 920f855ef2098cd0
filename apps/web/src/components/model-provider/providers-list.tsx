"use client";

import type { ModelProviderView } from "@portico/services";
import { Check, Stethoscope } from "lucide-react";
import { useState, useTransition } from "react";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { duration } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { removeProvider, testProvider } from "./actions.ts";
import { KIND_LABELS } from "./kinds.ts";
import { ProviderDialog } from "./provider-dialog.tsx";

export function ProvidersList({ providers }: { providers: ModelProviderView[] }) {
  return (
    <ul aria-label="Model providers" className="divide-y rounded-card border bg-surface">
      {providers.map((provider) => (
        <ProviderLine key={provider.id} provider={provider} />
      ))}
    </ul>
  );
}

type Tested = { ok: true; words: string } | { ok: false; problem: string };

function ProviderLine({ provider }: { provider: ModelProviderView }) {
  const { id, name, kind, baseUrl, model, hasKey, createdAt } = provider;
  const [tested, setTested] = useState<Tested>();
  const [isTesting, start] = useTransition();
  const test = () =>
    start(async () => {
      setTested(undefined);
      const outcome = await testProvider(id);
      if (!outcome.ok) return setTested({ ok: false, problem: outcome.message });
      const { value } = outcome;
      setTested(value.ok ? { ok: true, words: `${value.model} answers, in ${duration(value.ms)}` } : value);
    });
  return (
    <li className="flex flex-col gap-3 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">
            {name} <Badge>{KIND_LABELS[kind]}</Badge>
          </p>
          <p className="font-mono text-sm [overflow-wrap:anywhere]">{model}</p>
          <p className="font-mono text-sm text-muted [overflow-wrap:anywhere]">{baseUrl}</p>
          <p className="text-sm text-muted">
            {hasKey ? "Key stored" : "Without a key"} · added <Time at={createdAt} />
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button icon={<Stethoscope size={16} aria-hidden />} isPending={isTesting} onClick={test}>
            Test
          </Button>
          <ProviderDialog provider={provider} trigger={<Button>Change</Button>} />
          <Confirm
            title={`Remove ${name}`}
            verb="Remove model provider"
            isDestroying
            done="The model provider is removed"
            act={() => removeProvider(id)}
            trigger={<Button>Remove</Button>}
          >
            Its key is deleted. Chats that use it end, and it suggests nothing any more. Servers and their clients do
            not change.
          </Confirm>
        </div>
      </div>
      <div role="status" className="empty:hidden">
        {tested?.ok ? (
          <p className="flex items-center gap-2 text-sm">
            <Check size={16} aria-hidden className="text-ok" />
            {tested.words}
          </p>
        ) : null}
      </div>
      {tested && !tested.ok ? (
        <Notice kind="problem" title={`${model} did not answer`}>
          {tested.problem}
        </Notice>
      ) : null}
    </li>
  );
}
