/** What a call does to the upstream API's data: the three meanings that tools are coloured and grouped by. */
export type Kind = "reading" | "changing" | "destroying";

const READING = new Set(["GET", "HEAD", "OPTIONS", "QUERY", "TRACE"]);

export function kindOf(method: string): Kind {
  if (READING.has(method)) return "reading";
  return method === "DELETE" ? "destroying" : "changing";
}

export const KIND_WORDS: Record<Kind, string> = {
  reading: "Reading",
  changing: "Changing",
  destroying: "Destroying",
};
