import type { CallView } from "@portico/services";

/** Who called, as far as that is still known. */
export function whoOf({ principal, who }: Pick<CallView, "principal" | "who">): string {
  if (principal === "anonymous") return "Anybody";
  if (who) return who;
  if (principal === "apiKey") return "An API key that is gone";
  return principal === "client" ? "An OAuth client that is gone" : "Somebody who left";
}
