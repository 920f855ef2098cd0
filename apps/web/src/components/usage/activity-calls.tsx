"use client";

import type { CallView } from "@portico/services";
import { useSearchParams } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { CallDetails } from "./call-details.tsx";
import { type CallQuery, callSearch, toCallFilter, withoutFilter } from "./call-query.ts";
import { CallsList } from "./calls-list.tsx";
import { type CallsPage, SHOWN_MAX, withNews, withOlder } from "./calls-pages.ts";

/** The calls of a filter: the newest, older ones when asked for, and the details of the one that the address names. */
export function ActivityCalls({
  serverId,
  href,
  query,
  newest,
  named,
  mayWrite,
}: {
  serverId: string;
  /** The server's page. */
  href: string;
  query: CallQuery;
  newest: CallsPage;
  /** The call that the address named when the page was read, where it is kept. */
  named: CallView | null;
  mayWrite: boolean;
}) {
  const [read, setRead] = useState(newest);
  const [shown, setShown] = useState(newest);
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  if (read !== newest) {
    setRead(newest);
    setShown(withNews(shown, newest));
  }
  const open = useSearchParams().get("call");
  const call = shown.items.find(({ id }) => id === open) ?? (named?.id === open ? named : null);
  const page = `${href}/activity`;

  const showMore = () =>
    start(async () => {
      const older = await readOlder(serverId, query, shown.nextCursor ?? "");
      if (older) setShown((now) => withOlder(now, older));
      setProblem(older ? undefined : "The older calls could not be read. Check your connection and try again.");
    });

  return (
    <>
      {shown.items.length > 0 ? (
        <CallsList
          label="Calls"
          calls={shown.items}
          hrefOf={({ id }) => page + callSearch(query, id)}
          onOpen={({ id }) => window.history.pushState(null, "", page + callSearch(query, id))}
        />
      ) : null}
      {problem ? (
        <Notice kind="problem" title="No more calls are shown">
          {problem}
        </Notice>
      ) : null}
      {shown.items.length >= SHOWN_MAX ? (
        <p className="text-muted">
          These are the newest {SHOWN_MAX.toLocaleString("en")}. Narrow the filter to see older ones, or export them.
        </p>
      ) : shown.nextCursor ? (
        <div>
          <Button isPending={isPending} onClick={showMore}>
            Show more
          </Button>
        </div>
      ) : null}
      <Dialog
        open={open !== null}
        onOpenChange={(isOpen) => {
          if (!isOpen) window.history.replaceState(null, "", page + callSearch(query));
        }}
        title={call ? (call.tool ?? "Unknown tool") : "This call is not kept any more"}
      >
        {call ? (
          <CallDetails
            call={call}
            href={href}
            mayWrite={mayWrite}
            searchOf={(change) => page + callSearch({ ...withoutFilter(query), ...change })}
          />
        ) : (
          <p className="text-muted">
            It may be too old, or of another server. The calls that are kept are in the list.
          </p>
        )}
      </Dialog>
    </>
  );
}

/** The next page, over REST; undefined when it cannot be had. */
async function readOlder(serverId: string, query: CallQuery, cursor: string): Promise<CallsPage | undefined> {
  const given = Object.entries({ ...toCallFilter(query), cursor }).map(([name, value]) => [name, String(value)]);
  try {
    const answer = await fetch(`/api/v1/servers/${serverId}/calls?${new URLSearchParams(given)}`);
    if (!answer.ok) return undefined;
    const { items, nextCursor } = (await answer.json()) as CallsPage;
    return { items: items.map((call) => ({ ...call, occurredAt: new Date(call.occurredAt) })), nextCursor };
  } catch {
    return undefined;
  }
}
