import type { ToolStep } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import { runSteps, type StepOutcome } from "./run-steps.ts";

const customers = [
  { id: 1, name: "Ada" },
  { id: 2, name: "Bob" },
];
const api: Record<string, (args: Record<string, unknown>) => StepOutcome> = {
  "GET /customers": ({ q }) => ({ ok: true, value: customers.filter(({ name }) => !q || name === q) }),
  "GET /orders": ({ customer }) =>
    customer === 3 ? { ok: false, text: "404: no such customer" } : { ok: true, value: { of: customer, total: 10 } },
  "POST /mail": (args) => ({ ok: true, value: args }),
};
const called: [string, Record<string, unknown>][] = [];
const run = (steps: ToolStep[], input: Record<string, unknown> = {}) => {
  called.length = 0;
  return runSteps({
    steps,
    input,
    call: async ({ operation }, args) => {
      called.push([operation, args]);
      return api[operation]?.(args) ?? { ok: false, text: "no such operation" };
    },
  });
};
const find = { id: "found", operation: "GET /customers", arguments: { q: { from: "input.name" } } };

describe("runSteps", () => {
  it("hands what one step answered to the next", async () => {
    const orders = {
      id: "orders",
      operation: "GET /orders",
      arguments: { customer: { from: "found[0].id" }, page: { value: 1 } },
    };
    const result = await run([find, orders], { name: "Bob" });
    expect(called).toEqual([
      ["GET /customers", { q: "Bob" }],
      ["GET /orders", { customer: 2, page: 1 }],
    ]);
    expect(result).toMatchObject({
      ok: true,
      values: { input: { name: "Bob" }, found: [{ id: 2 }], orders: { of: 2, total: 10 } },
      trace: [
        { id: "found", calls: 1, failed: 0 },
        { id: "orders", calls: 1, failed: 0 },
      ],
      notes: [],
    });
  });

  it("leaves out what is not found", async () => {
    await run([find]);
    expect(called).toEqual([["GET /customers", {}]]);
  });

  it("calls for each item, in the order of the list, and says how many failed", async () => {
    const each = {
      id: "orders",
      operation: "GET /orders",
      forEach: "input.ids",
      arguments: { customer: { from: "item" } },
    };
    const result = await run([each], { ids: [1, 3, 2] });
    expect(result).toMatchObject({
      ok: true,
      values: { orders: [{ of: 1 }, null, { of: 2 }] },
      trace: [{ calls: 3, failed: 1 }],
    });
    expect(result.ok && result.notes[0]).toMatch(/1 of 3 calls failed. The first: 404/);
    expect(await run([each], { ids: [] })).toMatchObject({ ok: true, values: { orders: [] } });
    expect(await run([each], {})).toMatchObject({ ok: true, values: { orders: [] } });
    expect(await run([each], { ids: [3, 3] })).toMatchObject({
      ok: false,
      text: "Step 1 of 1 (orders): 404: no such customer",
    });
    const many = await run([each], { ids: Array.from({ length: 60 }, () => 1) });
    expect(called).toHaveLength(25);
    expect(many.ok && many.notes).toEqual(["Step 1 of 1 (orders) went through the first 25 of 60 items."]);
  });

  it.each<[string, ToolStep[], RegExp]>([
    [
      "a step that fails",
      [{ id: "a", operation: "GET /orders", arguments: { customer: { value: 3 } } }, find],
      /^Step 1 of 2 \(a\): 404/,
    ],
    ["a list that is none", [{ ...find, forEach: "input" }], /finds an object and no list/],
    ["an expression that fails", [{ ...find, arguments: { q: { from: "length(input)+" } } }], /"q" could not be found/],
    ["a list whose expression fails", [{ ...find, forEach: "sum(input)" }], /could not be found/],
  ])("ends at %s", async (_what, steps, text) => {
    const result = await run(steps, {});
    expect(result).toMatchObject({ ok: false, text: expect.stringMatching(text) });
    expect(called.filter(([operation]) => operation === "GET /customers")).toEqual([]);
  });

  it("makes no further call once it is cancelled", async () => {
    const controller = new AbortController();
    let calls = 0;
    const result = await runSteps({
      steps: [find, { ...find, id: "again" }],
      input: {},
      signal: controller.signal,
      call: async () => {
        calls++;
        controller.abort();
        return { ok: true, value: 1 };
      },
    });
    expect([result.ok, calls]).toEqual([false, 1]);
  });

  it("reads an answer by a name that objects have by themselves", async () => {
    const result = await run([{ ...find, id: "__proto__" }], { name: "Ada" });
    expect(result.ok && Object.hasOwn(result.values, "__proto__")).toBe(true);
  });
});
