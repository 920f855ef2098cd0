import type { Operation } from "@portico/openapi";

/** How an operation came through, in words: every one is ready, ready with limits, or left out. */
export const STATUS_WORDS: Record<Operation["status"], string> = {
  ok: "Ready",
  degraded: "Ready, with limits",
  skipped: "Left out",
};
