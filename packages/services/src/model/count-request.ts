import type { Ctx } from "../context.ts";
import { AppError } from "../error.ts";

/** Messages, what is said to questions, and suggestions, of one person in a minute. */
const REQUESTS_MAX = 30;
const WINDOW_MS = 60_000;

/** Counts a request of this person, or key, at models that somebody pays for. */
export async function countRequest({ state, organizationId, actor }: Ctx): Promise<void> {
  const who = actor.type === "system" ? "system" : actor.id;
  if ((await state.increment(`models:${organizationId}:${who}`, WINDOW_MS)) > REQUESTS_MAX)
    throw new AppError(
      "limit_exceeded",
      `A model was asked ${REQUESTS_MAX} times by you within a minute. Wait a minute, then go on: nothing is lost.`,
    );
}
