import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bearer, inject, openSession, rpc, startTestGateway, type TestGateway } from "../testing.ts";
import { createEndedSessions } from "./ended-sessions.ts";

let gateway: TestGateway;
let path: string;
let other: FastifyInstance;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ path } = await gateway.publish({ slug: "notes" }));
  other = await gateway.openAnother();
});
afterAll(() => gateway?.close());

const soon = { timeout: 1_000, interval: 20 };

/** The shared state with a count of what is read from it, and a hand on its announcements. */
function watchState() {
  const { state } = gateway.deps;
  const reads: string[] = [];
  let gap: () => void = () => {};
  const watched: typeof state = {
    ...state,
    get: (key) => {
      reads.push(key);
      return state.get(key);
    },
    subscribe: (channel, onMessage, onGap) => {
      gap = onGap ?? gap;
      return state.subscribe(channel, onMessage, onGap);
    },
  };
  return { state: watched, reads, gap: () => gap() };
}

it("ends a session at every process", async () => {
  const sid = await openSession(gateway.app, path, gateway.apiKey);
  const headers = { ...bearer(gateway.apiKey), "mcp-session-id": sid };
  const status = async (app: FastifyInstance) => (await rpc(app, path, "ping", {}, headers)).status;
  expect([await status(gateway.app), await status(other)]).toEqual([200, 200]);
  expect((await inject(gateway.app, { method: "DELETE", url: path, headers })).status).toBe(200);
  expect(await status(gateway.app)).toBe(404);
  await expect.poll(() => status(other), soon).toBe(404);
  const late = await gateway.openAnother();
  expect(await status(late)).toBe(404);
});

it("reads the shared state when it first sees a session, and again after it may have missed something", async () => {
  const { state, reads, gap } = watchState();
  const ended = await createEndedSessions({ state }, 60);
  const answers = await Promise.all(Array.from({ length: 50 }, () => ended.isEnded("s1")));
  expect(answers.every((isEnded) => !isEnded)).toBe(true);
  await ended.end("s2");
  expect(await ended.isEnded("s2")).toBe(true);
  expect(reads).toHaveLength(1);
  // Ended elsewhere, and the announcement was lost.
  const elsewhere = await createEndedSessions({ state: { ...gateway.deps.state, publish: async () => {} } }, 60);
  await elsewhere.end("s1");
  expect(await ended.isEnded("s1")).toBe(false);
  gap();
  expect(await ended.isEnded("s1")).toBe(true);
  expect(reads).toHaveLength(2);
  await Promise.all([ended.close(), elsewhere.close()]);
});

it("takes no answer from a store that gave none", async () => {
  let fails = true;
  const { state } = gateway.deps;
  const get: typeof state.get = (key) => (fails ? Promise.reject(new Error("away")) : state.get(key));
  const ended = await createEndedSessions({ state: { ...state, get } }, 60);
  await expect(ended.isEnded("s3")).rejects.toThrow("away");
  fails = false;
  expect(await ended.isEnded("s3")).toBe(false);
  await ended.close();
});
