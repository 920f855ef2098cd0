import { expect, it } from "vitest";
import { type Cancellation, Canceller } from "./cancellation.ts";

it.each([
  ["a canceller", () => new Canceller()],
  [
    "an AbortController",
    () => {
      const controller = new AbortController();
      return Object.assign(controller.signal, { abort: () => controller.abort() });
    },
  ],
])("tells each who listens once, and nobody who stopped: %s", (_, create) => {
  const signal: Cancellation & { abort(): void } = create();
  const told: string[] = [];
  const listeners = ["a", "b", "c", "d"].map((name) => () => void told.push(name));
  const object = { handleEvent: () => void told.push("object") };
  for (const listener of [...listeners, object]) signal.addEventListener("abort", listener);
  const [first = object, , third = object] = listeners;
  signal.removeEventListener("abort", first);
  signal.removeEventListener("abort", third);
  signal.removeEventListener("abort", () => {});
  expect(signal.aborted).toBe(false);
  signal.abort();
  signal.abort();
  expect(signal.aborted).toBe(true);
  expect(told).toEqual(["b", "d", "object"]);
});
