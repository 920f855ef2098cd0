import { fold } from "./words.ts";

/** Verbs that documents and people use for one thing. */
const READING: readonly string[] = [
  "get read show view fetch retrieve describe find lookup see",
  "list browse search find query all every",
];
const CHANGING: readonly string[] = [
  "create add new make insert register post",
  "update edit change modify patch set replace",
  "delete remove destroy erase drop",
  "cancel stop abort terminate",
  "send submit deliver",
];

/** Verbs for which many documents have nothing but an update. */
const UPDATES = "close reopen rename move archive resolve assign mark toggle enable disable scale";

const also = new Map<string, Set<string>>();
for (const group of [...READING, ...CHANGING]) {
  const verbs = group.split(" ").map(fold);
  for (const verb of verbs) add(verb, ...verbs.filter((other) => other !== verb));
}
for (const verb of UPDATES.split(" ")) add(fold(verb), "updat", "edit", "patch");

function add(verb: string, ...others: string[]): void {
  const known = also.get(verb) ?? new Set();
  for (const other of others) known.add(other);
  also.set(verb, known);
}

const reading = new Set(READING.flatMap((group) => group.split(" ").map(fold)));
const changing = new Set([...CHANGING, UPDATES].flatMap((group) => group.split(" ").map(fold)));

/** Whether folded words ask to read or to change something, by the first verb among them. */
export function intentOf(terms: readonly string[]): "read" | "change" | undefined {
  const verb = terms.find((term) => reading.has(term) || changing.has(term));
  return verb === undefined ? undefined : changing.has(verb) ? "change" : "read";
}

/** Folded words that may stand in a document for this folded one. */
export function synonymsOf(term: string): ReadonlySet<string> {
  return also.get(term) ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();
