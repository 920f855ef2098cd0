import type { ModelFetch } from "@portico/models";
import { type Egress, guardedStreamingFetch, type StreamLimits } from "@portico/upstream";

/** A model may think for two minutes before it says a word, and say a good many. */
const LIMITS: StreamLimits = { timeoutMs: 5 * 60_000, idleMs: 2 * 60_000, bodyBytesMax: 8 * 1024 * 1024 };

/** The way to model providers: the guard of every call, with room for answers that take their time. */
export function modelFetch(egress: Pick<Egress, "stream">): ModelFetch {
  return guardedStreamingFetch(egress, LIMITS);
}
