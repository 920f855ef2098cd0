import type { CallFilter, CallRange } from "@portico/services";
import { outcomeWord, reasonWords } from "./outcome-words.ts";

type Outcome = NonNullable<CallFilter["outcome"]>;

/** Which calls of a server are shown. Every field is in the address of the page, unless it is empty or the usual range. */
export interface CallQuery {
  tool: string;
  outcome: Outcome | "";
  /** What the API answered with. */
  status: number | null;
  client: string;
  who: string;
  range: CallRange;
}

export const RANGE_USUAL: CallRange = "24h";
/** How far back, as it goes on from "the last". */
export const RANGE_WORDS: Record<CallRange, string> = {
  "1h": "hour",
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
};

const OUTCOMES: readonly Outcome[] = [
  ...(["ok", "failed", "upstream_error", "network_error", "timeout", "invalid_arguments", "blocked"] as const),
  ...(["declined", "cancelled", "error"] as const),
];
const TEXT_CHARS_MAX = 200;

/** What an address says; what it says wrongly, or twice, is left out. */
export function readCallQuery(params: Record<string, string | string[] | undefined>): CallQuery {
  const text = (name: string) => {
    const given = params[name];
    return typeof given === "string" && !given.includes("\0") ? given.slice(0, TEXT_CHARS_MAX) : "";
  };
  const status = Number(text("status"));
  return {
    tool: text("tool"),
    outcome: OUTCOMES.find((one) => one === text("outcome")) ?? "",
    status: Number.isInteger(status) && status >= 100 && status <= 599 ? status : null,
    client: text("client"),
    who: text("who"),
    range: (Object.keys(RANGE_WORDS) as CallRange[]).find((one) => one === text("range")) ?? RANGE_USUAL,
  };
}

/** The filter that the verbs take. */
export function toCallFilter({ range, ...fields }: CallQuery): Omit<CallFilter, "serverId"> & { range: CallRange } {
  const given = Object.entries(fields).filter(([, value]) => value);
  return { ...Object.fromEntries(given), range };
}

/** The end of an address: "?tool=listPets&outcome=failed"; nothing where everything of the usual range is shown. */
export function callSearch({ range, ...fields }: CallQuery, call?: string): string {
  const given = [...Object.entries({ ...fields, range: range === RANGE_USUAL ? "" : range, call: call ?? "" })].flatMap(
    ([name, value]): [string, string][] => (value ? [[name, String(value)]] : []),
  );
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}

/** Without a filter, but of the same time. */
export function withoutFilter({ range }: CallQuery): CallQuery {
  return { tool: "", outcome: "", status: null, client: "", who: "", range };
}

/** Whether anything but time is asked for. */
export function isFiltered(query: CallQuery): boolean {
  return callSearch({ ...query, range: RANGE_USUAL }) !== "";
}

/** The choices of how calls ended, each with the value that `chooseOutcome` takes; a status is offered where it is chosen. */
export function outcomeChoices({ outcome, status }: CallQuery): [string, string][] {
  const exact = OUTCOMES.filter((one) => one !== "ok" && one !== "failed");
  return [
    ["", "All outcomes"],
    ["ok", outcomeWord("ok")],
    ["failed", "All that failed"],
    ...exact.map((one): [string, string] => [one, outcomeWord(one)]),
    ...(status === null ? [] : [[outcomeValue({ outcome, status }), statusWords(outcome, status)] as [string, string]]),
  ];
}

function statusWords(outcome: string, status: number): string {
  return outcome && outcome !== "failed" ? reasonWords({ outcome, status }) : `Status ${status}`;
}

/** Outcome and status as one value of a list. */
export function outcomeValue({ outcome, status }: Pick<CallQuery, "outcome" | "status">): string {
  return status === null ? outcome : `${outcome}/${status}`;
}

export function chooseOutcome(query: CallQuery, value: string): CallQuery {
  const [outcome = "", status] = value.split("/");
  return { ...query, ...readOutcome(outcome), status: status ? Number(status) : null };
}

/** The calls that failed in one way; once more, and it is all of them again. */
export function toggleReason(query: CallQuery, reason: { outcome: string; status: number | null }): CallQuery {
  const isOn = isReason(query, reason);
  return { ...query, ...readOutcome(isOn ? "" : reason.outcome), status: isOn ? null : reason.status };
}

export function isReason({ outcome, status }: CallQuery, reason: { outcome: string; status: number | null }): boolean {
  return outcome === reason.outcome && status === reason.status;
}

function readOutcome(outcome: string): Pick<CallQuery, "outcome"> {
  return { outcome: OUTCOMES.find((one) => one === outcome) ?? "" };
}
