import type { CallPlan, GivenArgument, PersonFact } from "@portico/openapi";
import { preview, setOwn } from "./json.ts";
import type { ArgumentProblem, Person } from "./types.ts";

const VALUES_CHARS_MAX = 300;

const FACTS: Record<PersonFact, string> = { email: "verified e-mail address", name: "name", id: "id" };

/** What a caller is told without the fact that a tool always works with. */
export function withoutFact(fact: PersonFact): string {
  return `This tool always works with the ${FACTS[fact]} of the person who calls, and this caller has none. Connect as a person to use it.`;
}

/** The arguments of a call with the defaults of the version for what the model left out. */
export function withDefaults(
  { given = [] }: Pick<CallPlan, "given">,
  args: Record<string, unknown>,
  person: Person = {},
): { args: Record<string, unknown> } | { problem: string } {
  // Most tools are given nothing, and calls are many.
  if (given.length === 0) return { args };
  const next = { ...args };
  for (const one of given) {
    // Strict dialects have no optional arguments: leaving one out is sending null.
    if (one.isFixed || (Object.hasOwn(next, one.argument) && (next[one.argument] ?? null) !== null)) continue;
    const value = givenValue(one, person);
    if (value !== undefined) setOwn(next, one.argument, value);
    else if (one.isRequired)
      return {
        problem: `Argument "${one.argument}": expected a value, because nothing is known of the caller that could stand for it; got nothing.`,
      };
  }
  return { args: next };
}

/** What the version fixes, whatever the model says. Nothing is sent in its place for a caller that lacks a fact. */
export function fixedArguments(
  { given = [] }: Pick<CallPlan, "given">,
  person: Person = {},
): { args: Record<string, unknown> } | { problem: string } {
  const args: Record<string, unknown> = {};
  for (const one of given) {
    if (!one.isFixed) continue;
    if ("person" in one && person[one.person] === undefined) return { problem: withoutFact(one.person) };
    setOwn(args, one.argument, givenValue(one, person));
  }
  return { args };
}

function givenValue(one: GivenArgument, person: Person): unknown {
  return "person" in one ? person[one.person] : one.value;
}

/** The arguments that are none of the values that a person restricted them to, whatever of these a model could see. */
export function disallowed(
  { allowed = [] }: Pick<CallPlan, "allowed">,
  args: Record<string, unknown>,
): ArgumentProblem[] {
  return allowed.flatMap(({ argument, values }) => {
    if (!Object.hasOwn(args, argument)) return [];
    const wrong = [args[argument]].flat().filter((value) => !values.some((one) => one === value));
    if (wrong.length === 0) return [];
    const expected = `one of ${preview(values, VALUES_CHARS_MAX)}`;
    const got = preview(wrong[0]);
    return [{ argument, expected, got, message: `Argument "${argument}": expected ${expected}; got ${got}.` }];
  });
}

/** The problems of a call in which nothing is said of what the version fixed, and which nobody who calls can mend. */
export function withoutFixed({ given = [] }: Pick<CallPlan, "given">, problems: ArgumentProblem[]): ArgumentProblem[] {
  const fixed = given.filter(({ isFixed }) => isFixed).map(({ argument }) => argument);
  const isFixed = ({ argument }: ArgumentProblem) =>
    fixed.some((name) => argument === name || (argument.startsWith(name) && /^[.[]/.test(argument.slice(name.length))));
  return problems.map((problem) => (isFixed(problem) ? { ...problem, got: "", message: UNFIT } : problem));
}

const UNFIT =
  "The tool was not called: a value that is fixed for it does not fit the API. Whoever runs this server can change it, in the tool's parameters.";
