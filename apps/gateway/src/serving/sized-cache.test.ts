import { expect, it } from "vitest";
import { createSizedCache } from "./sized-cache.ts";

const sized = (bytesMax: number) => {
  const loads: string[] = [];
  const cache = createSizedCache<string>({
    bytesMax,
    bytesOf: (value) => value.length,
    load: async (key) => {
      loads.push(key);
      if (key === "broken") throw new Error("away");
      return key === "none" ? null : key.repeat(10);
    },
  });
  return { cache, loads };
};

it("loads once for all who ask at the same time, and keeps it", async () => {
  const { cache, loads } = sized(100);
  expect(await Promise.all([cache.get("a"), cache.get("a"), cache.get("a")])).toEqual(Array(3).fill("aaaaaaaaaa"));
  await cache.get("a");
  expect(loads).toEqual(["a"]);
});

it("lets the least used go when it holds too many bytes, and keeps nothing larger than itself", async () => {
  const { cache, loads } = sized(20);
  for (const key of ["a", "b", "a", "c", "a", "b"]) await cache.get(key);
  expect(loads).toEqual(["a", "b", "c", "b"]);
  const large = "x".repeat(30);
  expect(await cache.get(large)).toHaveLength(300);
  await cache.get(large);
  expect(loads.filter((key) => key === large)).toHaveLength(2);
});

it("remembers neither an absence nor a failure", async () => {
  const { cache, loads } = sized(20);
  expect(await cache.get("none")).toBeNull();
  await expect(cache.get("broken")).rejects.toThrow("away");
  await cache.get("none");
  await cache.get("broken").catch(() => {});
  expect(loads).toEqual(["none", "broken", "none", "broken"]);
});
