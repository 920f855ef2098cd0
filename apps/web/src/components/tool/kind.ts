import type { ToolKind } from "@portico/openapi";

/** What a call does to the upstream API's data: the three meanings that tools are coloured and grouped by. */
export type Kind = ToolKind;

const READING = new Set(["GET", "HEAD", "OPTIONS", "QUERY", "TRACE"]);

/** Of an operation of which no tool is known, which would say more. */
export function kindOf(method: string): Kind {
  if (READING.has(method)) return "reading";
  return method === "DELETE" ? "destroying" : "changing";
}

/** What all of these together do: as much as the one that does most. */
export function worstKind(kinds: readonly Kind[]): Kind {
  return kinds.includes("destroying") ? "destroying" : kinds.includes("changing") ? "changing" : "reading";
}

export const KIND_WORDS: Record<Kind, string> = {
  reading: "Reading",
  changing: "Changing",
  destroying: "Destroying",
};
