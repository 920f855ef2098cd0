import { preview } from "../json.ts";
import type { ArgumentProblem } from "../types.ts";

/** Ends building a request; caught in `buildRequest`, never seen by a caller. */
export class ProblemError extends Error {
  readonly problem: ArgumentProblem;

  constructor(problem: ArgumentProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Ends building a request that must not be made, whatever its arguments. */
export class BlockedError extends ProblemError {
  constructor(message: string) {
    super({ argument: "", expected: message, got: "", message });
  }
}

/** Refuses one argument with what was expected. */
export function refuse(argument: string, expected: string, value: unknown): never {
  const got = preview(value);
  const message = argument === "" ? expected : `Argument "${argument}": expected ${expected}, got ${got}.`;
  throw new ProblemError({ argument, expected, got, message });
}
