import type { CallView } from "@portico/services";
import type { ServerPage } from "@/components/server/server-pages.ts";

const WORDS: Record<string, string> = {
  ok: "OK",
  invalid_arguments: "Wrong arguments",
  upstream_error: "API refused",
  network_error: "API unreachable",
  blocked: "Blocked",
  declined: "Declined",
  timeout: "Timed out",
  cancelled: "Cancelled",
  error: "Failed",
};

/** How a call ended, in a word or two. */
export function outcomeWord(outcome: string): string {
  return WORDS[outcome] ?? outcome;
}

/** The same with what the API answered with: "API refused, 401". */
export function reasonWords({ outcome, status }: { outcome: string; status: number | null }): string {
  return status === null ? outcomeWord(outcome) : `${outcomeWord(outcome)}, ${status}`;
}

export interface Explanation {
  /** What happened. */
  title: string;
  /** What it means, and what to do about it. */
  text: string;
  /** The page of the server where that is done. */
  page?: Extract<ServerPage, "credentials" | "profiles" | "settings"> | "tool";
}

const BY_STATUS: Record<number, Explanation> = {
  400: {
    title: "The API did not take the arguments",
    text: "Try the tool to see what the API says about them. A clearer description of the parameters keeps models from it.",
    page: "tool",
  },
  401: {
    title: "The API did not accept the credentials",
    text: "They may be missing, wrong or expired. Look at the credentials of this server, and at those of the profile that the call ran with.",
    page: "credentials",
  },
  403: {
    title: "The API does not allow this",
    text: "It knows the credentials, and they may not do this. Give them the right at the API, or use others.",
    page: "credentials",
  },
  404: {
    title: "The API has nothing there",
    text: "Mostly it is an id that does not exist. When every call of this tool ends like this, its base URL or its path is wrong.",
    page: "settings",
  },
  409: {
    title: "The API says that this is in conflict with something else",
    text: "Mostly it is there already, or somebody changed it in between. Reading it again before changing it helps.",
  },
  429: {
    title: "The API was called too often",
    text: "It limits how many calls it takes. Wait a moment; if it happens often, ask for more there, or set a limit for each caller under Settings › Limits.",
  },
};

const BY_OUTCOME: Record<string, Explanation> = {
  invalid_arguments: {
    title: "The arguments did not fit the tool",
    text: "Nothing was sent to the API. The model was told which argument was wrong, and may have called again. If it happens often, describe the parameters more clearly.",
    page: "tool",
  },
  network_error: {
    title: "The API could not be reached",
    text: "Nothing answered at its address. Check the base URL, and that the API is up and can be reached from where Portico runs.",
    page: "settings",
  },
  timeout: {
    title: "The API took too long",
    text: "Portico stopped waiting, and the API may have done it all the same. Try the tool: if it is slow each time, ask it for less at once.",
  },
  blocked: {
    title: "Portico did not make this call",
    text: "An address that is not allowed, a value that this server fixes, or a limit stood against it.",
    page: "settings",
  },
  declined: {
    title: "A person said no",
    text: "They were asked before the call and did not agree. Nothing was sent to the API.",
  },
  cancelled: {
    title: "The client did not wait for the answer",
    text: "It ended the call, or its connection broke. The API may have done it all the same.",
  },
  error: {
    title: "Portico failed",
    text: "The fault is ours. The log of this installation says more under the request id.",
  },
};

/** What happened to a call, in words, and what to do about it. */
export function explain({
  outcome,
  status,
  operation,
}: Pick<CallView, "outcome" | "status" | "operation">): Explanation {
  if (outcome === "ok")
    return operation === null
      ? { title: "Portico answered by itself", text: "This tool is Portico's own: it calls no API." }
      : { title: "The API answered", text: "The client has its answer." };
  if (outcome !== "upstream_error")
    return BY_OUTCOME[outcome] ?? { title: outcomeWord(outcome), text: "What is known of it is below." };
  const known = BY_STATUS[status === 422 ? 400 : (status ?? 0)];
  if (known) return known;
  if (status !== null && status >= 500)
    return {
      title: "The API failed",
      text: "The fault is there. Its own log at this time says more; whoever runs it can look it up.",
    };
  if (status !== null && status >= 400)
    return { title: "The API refused the call", text: "Try the tool to see what the API says.", page: "tool" };
  return {
    title: "The API's answer was no success",
    text: "It could not be read, or it says itself that something failed. Try the tool to see it.",
    page: "tool",
  };
}
