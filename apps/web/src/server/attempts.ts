import { AppError } from "@portico/services";
import { runtime } from "./runtime.ts";
import { origin } from "./session.ts";

const WINDOW_MS = 60_000;

/** Counts an attempt of this address at something that could be guessed or flooded; refuses when there were too many in a minute. */
export async function countAttempt(
  what: "invitation" | "reset" | "account" | "connect" | "sso",
  max = 20,
): Promise<void> {
  const { deps } = await runtime();
  const { ip = "unknown" } = await origin();
  if ((await deps.state.increment(`attempts:${what}:${ip}`, WINDOW_MS)) > max)
    throw new AppError("limit_exceeded", "Too many attempts from this address. Wait a minute, then try again.");
}
