import type { Grade } from "@portico/openapi";
import type { Kind } from "./kind.ts";
import { matching, type ToolRow } from "./tool-row.ts";

/** Which tools of a server are shown. Every field is in the address of the page, unless it is empty. */
export interface ToolFilter {
  /** Words that all have to be there. */
  text: string;
  kind: Kind | "";
  /** Methods with commas between them: "GET,DELETE". */
  method: string;
  picked: "yes" | "no" | "";
  edited: "yes" | "no" | "";
  /** Tools with this grade, or all of which something was found. */
  grade: Grade | "found" | "";
  /** The id of one of several documents. */
  document: string;
}

export const GRADES: readonly Grade[] = ["A", "B", "C", "D", "E", "F"];
export const NO_FILTER: ToolFilter = {
  text: "",
  kind: "",
  method: "",
  picked: "",
  edited: "",
  grade: "",
  document: "",
};

export const KINDS: readonly Kind[] = ["reading", "changing", "destroying"];
/** In the order in which they are shown; others come after them. */
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}$/;
const METHODS_MAX = 20;

const CHOICES: { [Field in Exclude<keyof ToolFilter, "text" | "document" | "method">]: readonly ToolFilter[Field][] } =
  {
    kind: KINDS,
    picked: ["yes", "no"],
    edited: ["yes", "no"],
    grade: ["found", ...GRADES],
  };
const TEXT_CHARS_MAX = 200;
const DOCUMENT = /^[A-Za-z0-9_-]{1,100}$/;

/** What an address says; what it says wrongly is left out. */
export function readFilter(params: { get(name: string): string | null }): ToolFilter {
  const choice = <Field extends keyof typeof CHOICES>(field: Field) => {
    const given = params.get(field);
    return (CHOICES[field] as readonly string[]).find((one) => one === given) ?? "";
  };
  const document = params.get("document") ?? "";
  return {
    text: (params.get("q") ?? "").slice(0, TEXT_CHARS_MAX),
    kind: choice("kind"),
    method: readMethods(params.get("method") ?? "").join(),
    picked: choice("picked"),
    edited: choice("edited"),
    grade: choice("grade"),
    document: DOCUMENT.test(document) ? document : "",
  } as ToolFilter;
}

/** The methods of a list with commas, without what is none. */
export function readMethods(text: string): string[] {
  return [...new Set(text.split(",").filter((one) => METHOD.test(one)))].slice(0, METHODS_MAX);
}

/** The methods that operations have. */
export function methodsOf(rows: readonly ToolRow[]): string[] {
  const had = new Set(rows.map(({ method }) => method));
  return [...METHODS.filter((method) => had.has(method)), ...[...had].filter((method) => !METHODS.includes(method))];
}

/** The end of an address with this filter; what else it says stays. */
export function withFilter(search: string, filter: ToolFilter): string {
  const query = new URLSearchParams(search);
  for (const name of ["q", ...Object.keys(NO_FILTER)]) query.delete(name);
  for (const [name, value] of new URLSearchParams(filterQuery(filter))) query.append(name, value);
  return query.size > 0 ? `?${query}` : "";
}

/** The end of an address: "?q=pets&kind=reading"; nothing where everything is shown. */
export function filterQuery({ text, ...choices }: ToolFilter): string {
  const given = [["q", text.trim()], ...Object.entries(choices)].filter(([, value]) => value);
  return given.length > 0 ? `?${new URLSearchParams(given as [string, string][])}` : "";
}

/** What the filter asks of a row beyond what the row says itself. */
export interface FilterFacts {
  picked: ReadonlySet<string>;
  /** By operation; of those that were looked at. */
  grades: Readonly<Record<string, { grade: Grade }>>;
  /** Operations of which something was found. */
  found: ReadonlySet<string>;
}

const NO_FACTS: FilterFacts = { picked: new Set(), grades: {}, found: new Set() };

/** The rows that a filter leaves; without facts by what they say themselves. */
export function filterRows(rows: readonly ToolRow[], filter: ToolFilter, facts: FilterFacts = NO_FACTS): ToolRow[] {
  const { kind, picked, edited, grade, document } = filter;
  const methods = readMethods(filter.method);
  return matching(rows, filter.text).filter(
    (row) =>
      (document === "" || row.document === undefined || row.document === document) &&
      (kind === "" || row.kind === kind) &&
      (methods.length === 0 || methods.includes(row.method)) &&
      (picked === "" || facts.picked.has(row.key) === (picked === "yes")) &&
      (edited === "" || row.isEdited === (edited === "yes")) &&
      (grade === "" ||
        (grade === "found"
          ? facts.found.has(row.key)
          : Object.hasOwn(facts.grades, row.key) && facts.grades[row.key]?.grade === grade)),
  );
}
