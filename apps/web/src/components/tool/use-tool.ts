"use client";

import type { ToolDetail, ToolView } from "@portico/services";
import { useEffect, useState } from "react";

export interface LoadedTool {
  tool: ToolView;
  /** As the document alone gives it; only for the tools of a server. */
  generated?: ToolDetail["generated"];
  /** Its arguments as the document gives them; likewise. */
  parameters?: ToolDetail["parameters"];
  /** The argument that says where a page of its list begins; likewise. */
  pagedBy?: ToolDetail["pagedBy"];
  /** How its calls are made without an edit; likewise. */
  calling?: ToolDetail["calling"];
  /** What a person changed; likewise. */
  patch?: ToolDetail["patch"];
  /** Of the draft; likewise. */
  lock?: ToolDetail["lock"];
}

const REST_MS = 120;

/**
 * Reads one tool when the eye rests on it; passing by with the arrow keys asks for nothing. With another `edition` it is read again, and stays
 * what it was until then.
 */
export function useTool(address: string | undefined, edition = ""): LoadedTool | "loading" | "failed" | undefined {
  const [loaded, setLoaded] = useState<{ address: string; value: LoadedTool | "failed" }>();
  useEffect(() => {
    if (!address) return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answer = await fetch(address, { signal: abort.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        const body = (await answer.json()) as LoadedTool | ToolView;
        setLoaded({ address, value: "tool" in body ? body : { tool: body } });
      } catch {
        if (abort.signal.aborted) return;
        // What was read before is better than nothing.
        setLoaded((last) =>
          last?.address === address && last.value !== "failed" ? last : { address, value: "failed" },
        );
      }
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [address, edition]);
  if (!address) return undefined;
  return loaded?.address === address ? loaded.value : "loading";
}
