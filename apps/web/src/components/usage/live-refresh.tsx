"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const GAP_MS = 1_500;

/** Draws the page anew when the server was used since the call `after`, at most once in `gapMs`: a moment, or longer where a page adds up much. Shows nothing. */
export function LiveRefresh({ serverId, after, gapMs = GAP_MS }: { serverId: string; after: string; gapMs?: number }) {
  const router = useRouter();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stream = new EventSource(`/api/v1/servers/${serverId}/calls?after=${after}`);
    stream.onmessage = ({ data }) => {
      if (data !== '"changed"' || timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        router.refresh();
      }, gapMs);
    };
    return () => {
      stream.close();
      clearTimeout(timer);
    };
  }, [router, serverId, after, gapMs]);
  return null;
}
