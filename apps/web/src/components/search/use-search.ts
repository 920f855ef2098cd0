"use client";

import type { SearchResult } from "@portico/services";
import { useEffect, useState } from "react";

const REST_MS = 120;
const NOTHING: SearchResult = { servers: [], tools: [], documents: [], isPartial: false };

/**
 * What the organization has of these words. While an answer is on its way, of what was found before, the servers and documents stay, and
 * tools do that have the words in what is shown of them.
 */
export function useSearch(
  asked: string,
  isOpen: boolean,
): { found: SearchResult; state: "asking" | "known" | "failed" } {
  const [answer, setAnswer] = useState<{ asked: string; result: SearchResult | "failed" }>();
  useEffect(() => {
    if (!isOpen) return;
    const abort = new AbortController();
    const timer = setTimeout(
      async () => {
        try {
          const response = await fetch(`/api/v1/search?q=${encodeURIComponent(asked)}`, { signal: abort.signal });
          if (!response.ok) throw new Error(String(response.status));
          setAnswer({ asked, result: (await response.json()) as SearchResult });
        } catch {
          if (!abort.signal.aborted) setAnswer({ asked, result: "failed" });
        }
      },
      asked ? REST_MS : 0,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [asked, isOpen]);
  if (!answer) return { found: NOTHING, state: "asking" };
  if (answer.result === "failed") return { found: NOTHING, state: answer.asked === asked ? "failed" : "asking" };
  if (answer.asked === asked) return { found: answer.result, state: "known" };
  const words = asked.split(" ").filter(Boolean);
  const tools = answer.result.tools.filter(({ name, operation, server }) => {
    const text = `${name} ${operation ?? ""} ${server.title} ${server.slug}`.toLowerCase();
    return words.length > 0 && words.every((word) => text.includes(word));
  });
  return { found: { ...answer.result, tools, documents: [] }, state: "asking" };
}
