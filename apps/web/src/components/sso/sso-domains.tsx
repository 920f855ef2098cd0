"use client";

import type { SsoView } from "@portico/services";
import { useState, useTransition } from "react";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { endSingleSignOn, proveDomains, trySso } from "./actions.ts";

/** What is left to do after the client is stored: prove the domains, try it, require it. */
export function SsoDomains({ sso: { domains, usedAt } }: { sso: SsoView }) {
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const prove = () =>
    start(async () => {
      const outcome = await proveDomains();
      if (!outcome.ok) return setProblem(outcome.message);
      const { missing } = outcome.value;
      setProblem(missing.length > 0 ? `No proof was found yet for ${missing.join(", ")}.` : undefined);
    });
  const open = domains.filter(({ provedAt }) => !provedAt);
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">Domains</h2>
      {problem ? (
        <Notice kind="problem" title={problem}>
          DNS can take an hour to show a new record. Nothing is lost meanwhile.
        </Notice>
      ) : null}
      <ul aria-label="Domains" className="divide-y rounded-card border bg-surface">
        {domains.map(({ domain, provedAt, record }) => (
          <li key={domain} className="flex flex-col gap-3 px-4 py-3">
            <p className="flex flex-wrap items-center gap-2 font-medium">
              {domain} <Badge>{provedAt ? "Proved" : "Not proved yet"}</Badge>
            </p>
            {provedAt ? null : (
              <>
                <p className="text-sm text-muted">
                  Add this TXT record where the domain's DNS is kept, then look for it.
                </p>
                <CopyField label={`Name of the record of ${domain}`} text={record.name} />
                <CopyField label={`Value of the record of ${domain}`} text={record.value} />
              </>
            )}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2">
        {open.length > 0 ? (
          <Button onClick={prove} isPending={isPending}>
            Look for the records
          </Button>
        ) : null}
        <TrySso isReady={domains.some(({ provedAt }) => provedAt !== null)} onProblem={setProblem} />
        <Confirm
          title="End single sign-on"
          verb="End single sign-on"
          isDestroying
          done="Single sign-on has ended"
          act={endSingleSignOn}
          trigger={<Button look="destroying">End single sign-on</Button>}
        >
          People keep their accounts. Whoever has no password asks for a link to set one.
        </Confirm>
        <p className="text-sm text-muted">
          {usedAt ? (
            <>
              Last used <Time at={usedAt} />
            </>
          ) : (
            "Nobody has signed in by it as it is now."
          )}
        </p>
      </div>
    </section>
  );
}

function TrySso({ isReady, onProblem }: { isReady: boolean; onProblem: (problem: string) => void }) {
  const [isPending, start] = useTransition();
  const run = () =>
    start(async () => {
      const outcome = await trySso();
      if (outcome && !outcome.ok) onProblem(outcome.message);
    });
  if (!isReady) return null;
  return (
    <Button onClick={run} isPending={isPending}>
      Try it
    </Button>
  );
}
