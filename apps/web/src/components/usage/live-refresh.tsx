"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const GAP_MS = 1_500;

/** Draws the page anew when the server was used since the call `after`, at most once in a moment. Shows nothing. */
export function LiveRefresh({ serverId, after }: { serverId: string; after: string }) {
  const router = useRouter();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stream = new EventSource(`/api/v1/servers/${serverId}/calls?after=${after}`);
    stream.onmessage = ({ data }) => {
      if (data !== '"changed"' || timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        router.refresh();
      }, GAP_MS);
    };
    return () => {
      stream.close();
      clearTimeout(timer);
    };
  }, [router, serverId, after]);
  return null;
}
