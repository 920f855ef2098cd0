import { createTestDatabase, type TestDatabase } from "@portico/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createState, isRedisAway, type State } from "./index.ts";

const backends = process.env.TEST_REDIS_URL ? ["postgres", "redis"] : ["postgres"];

describe.each(backends)("state on %s", (backend) => {
  let test: TestDatabase;
  let one: State;
  let two: State;
  const key = `k${Math.random()}`;
  beforeAll(async () => {
    test = await createTestDatabase();
    const options = { databaseUrl: test.url, redisUrl: backend === "redis" ? process.env.TEST_REDIS_URL : undefined };
    one = createState(options);
    two = createState(options);
  });
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await test.drop();
  });

  it("delivers a message to subscribers of that channel in other processes only", async () => {
    const heard: string[] = [];
    const unsubscribe = await two.subscribe(`${key}:a`, (message) => heard.push(message));
    await one.publish(`${key}:b`, "not this");
    await one.publish(`${key}:a`, "this");
    await expect.poll(() => heard).toEqual(["this"]);
    await unsubscribe();
    await one.publish(`${key}:a`, "nor this");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toEqual(["this"]);
  });
  it("refuses a message that a backend could not carry", async () => {
    await expect(one.publish("a", "x".repeat(8_000))).rejects.toThrow("7000 bytes");
  });
  it("gives an absent key to exactly one of twenty callers", async () => {
    const won = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).setIfAbsent(`${key}:lock`, String(i), 5_000)),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
  });
  it("forgets a key when its time is over", async () => {
    await one.set(`${key}:short`, "v", 60);
    expect(await two.get(`${key}:short`)).toBe("v");
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await two.get(`${key}:short`)).toBeNull();
    expect(await two.setIfAbsent(`${key}:short`, "again", 1_000)).toBe(true);
    await one.delete(`${key}:short`);
    expect(await two.get(`${key}:short`)).toBeNull();
  });
  it("counts every increment and starts anew after expiry", async () => {
    await Promise.all(Array.from({ length: 10 }, () => one.increment(`${key}:n`, 300)));
    expect(await two.increment(`${key}:n`, 300)).toBe(11);
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(await two.increment(`${key}:n`, 300)).toBe(1);
    expect(await one.increment(`${key}:n`, 300, 41)).toBe(42);
  });
  if (backend === "postgres") {
    it("hears again after its connection was cut, and says that it may have missed something", async () => {
      const heard: string[] = [];
      let gaps = 0;
      await two.subscribe(
        `${key}:cut`,
        (message) => heard.push(message),
        () => gaps++,
      );
      await test.asOwner(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()",
      );
      await expect.poll(() => gaps, { timeout: 5_000 }).toBeGreaterThan(0);
      await one.publish(`${key}:cut`, "after");
      await expect.poll(() => heard).toContain("after");
    });
  }
});

it("tells a Redis that cannot be reached from everything else", async () => {
  const state = createState({ databaseUrl: "", redisUrl: "redis://127.0.0.1:1" });
  const error = await state.get("x").catch((error: unknown) => error);
  expect(isRedisAway(error)).toBe(true);
  await state.close();
  expect(isRedisAway(new Error("Connection is closed."))).toBe(true);
  for (const other of [new Error("WRONGTYPE"), undefined, "Connection is closed."])
    expect(isRedisAway(other)).toBe(false);
});
