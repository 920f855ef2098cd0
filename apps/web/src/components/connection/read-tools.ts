import type { ConnectChoice } from "@portico/services";

/** What a form with a choice of tools says. A choice that cannot be read is one of none. */
export function readTools(form: FormData): ConnectChoice["tools"] {
  const kind = form.get("tools");
  if (kind === "reading") return kind;
  if (kind !== "chosen") return "all";
  try {
    const operations: unknown = JSON.parse(String(form.get("operations") ?? ""));
    return { operations: Array.isArray(operations) ? operations.map(String) : [] };
  } catch {
    return { operations: [] };
  }
}
