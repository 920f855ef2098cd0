import type { ConnectChoice } from "@portico/services";

/** What a connection may do, in words, where it is not all. */
export function toolsWords(tools: Exclude<ConnectChoice["tools"], "all">): string {
  return tools === "reading" ? "reading only" : "chosen tools only";
}
