/** Larger answers are no expectation that somebody would keep up to date. */
const MATCHES_CHARS_MAX = 2_000;

/**
 * A call as `portico eval run` reads it, to be put among the cases of a suite. What it answered is what is expected from then on, where
 * that is short enough to be looked after by hand; members that are not wanted there are deleted from it.
 */
export function evalCase({
  tool,
  args,
  isError,
  answer,
}: {
  tool: string;
  args: Record<string, unknown>;
  isError: boolean;
  /** The structured answer, where there is one. */
  answer?: Record<string, unknown> | undefined;
}): string {
  const isShort = answer !== undefined && JSON.stringify(answer).length <= MATCHES_CHARS_MAX;
  const expected = { isError, ...(isShort ? { matches: answer } : {}) };
  return JSON.stringify({ name: tool, call: { tool, args }, expect: expected }, null, 2);
}
