import { setImmediate } from "node:timers/promises";

/** Gives the event loop its turn when the time since the last one is over; otherwise costs next to nothing. */
export function createPause(sliceMs: number): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < sliceMs) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
