import { expect, it } from "vitest";
import { type UsageEvent, usageEventSchema } from "./record-usage.ts";
import { packUsage, unpackUsage } from "./usage-batch.ts";

const event = (id: string, more: Partial<UsageEvent> = {}): UsageEvent => ({
  id,
  occurredAt: new Date(1_700_000_000_000 + id.length),
  organizationId: "org_1",
  serverId: "srv_1",
  kind: "call",
  outcome: "ok",
  durationMs: 1.5,
  principal: "user",
  ...more,
});

const overTheWire = (events: UsageEvent[]) => unpackUsage(JSON.parse(JSON.stringify(packUsage(events))));

it("brings every event across as it was, whatever stood before it", () => {
  const events = [
    event("a", { tool: "x", diagnostic: "odd" }),
    event("b", { tool: "x" }),
    event("c", { serverId: "srv_2", tool: undefined, clientName: "c" }),
    event("d", { serverId: "srv_1", tool: null, status: 0, requestBytes: 0 }),
    event("e", { diagnostic: "odd" }),
  ];
  const came = overTheWire(events);
  expect(came).toHaveLength(5);
  for (const [i, one] of came.entries()) {
    const { occurredAt, ...given } = events[i] as UsageEvent;
    const had = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    expect(one).toMatchObject({ ...had, occurredAt: occurredAt.getTime() });
    for (const [name, value] of Object.entries(one))
      if (!(name in had) && name !== "occurredAt") expect(value, name).toBeNull();
  }
});

it("brings the steps of a tool of several calls across, without what nobody sees", () => {
  const step = { outcome: "ok", status: 200, durationMs: 1.5, retries: 0, calls: 2, failed: 0, isEach: true };
  const events = [event("a", { steps: [{ id: "all", operation: "GET /a\u0000b", ...step }] }), event("b")];
  const [own, other] = overTheWire(events).map((one) => usageEventSchema.parse(one));
  expect(own?.steps).toEqual([{ id: "all", operation: "GET /ab", ...step }]);
  expect(other?.steps).toBeUndefined();
});

it("says once what neighbours have in common", () => {
  const { count, alike, each } = packUsage([event("a", { tool: "x" }), event("bb", { tool: "x" })]);
  expect(count).toBe(2);
  expect(each).toEqual({ id: ["a", "bb"], occurredAt: [1_700_000_000_001, 1_700_000_000_002] });
  expect(alike).toMatchObject({ tool: "x", serverId: "srv_1", status: null });
});

it("drops what nobody sees from texts", () => {
  const [one] = overTheWire([event("a", { clientName: "a\u0000b\u202e\ud800", userAgent: "é ok" })]);
  expect(one).toMatchObject({ clientName: "ab", userAgent: "é ok" });
});
