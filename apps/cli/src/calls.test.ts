import { expect, it } from "vitest";
import { describeCalls } from "./calls.ts";

it("tells how each call ended, and who made it", () => {
  const call = { id: "evt_1", occurredAt: "2026-11-29T15:40:12.000Z", durationMs: 33.6, diagnostic: null, steps: null };
  expect(
    describeCalls([
      { ...call, tool: "listPets", outcome: "ok", status: 200, clientName: "Claude", principal: "user", who: "a@b.c" },
      {
        ...{
          ...call,
          tool: null,
          outcome: "timeout",
          status: null,
          clientName: null,
          principal: "anonymous",
          who: null,
        },
        diagnostic: "not as promised",
      },
      {
        ...{ ...call, tool: "totals", outcome: "ok", status: null, clientName: "Claude", principal: "user" },
        who: "a@b.c",
        steps: [
          {
            id: "all",
            operation: "GET /a",
            outcome: "ok",
            status: 200,
            durationMs: 9,
            retries: 1,
            calls: 1,
            failed: 0,
          },
          {
            ...{ id: "each", operation: "GET /b", outcome: "upstream_error", status: 404, durationMs: 20, retries: 0 },
            ...{ calls: 3, failed: 1, isEach: true },
          },
        ],
      },
    ]),
  ).toBe(
    [
      "2026-11-29 15:40:12Z  ok       200  34 ms  listPets  Claude  a@b.c",
      "2026-11-29 15:40:12Z  timeout  -    34 ms  -         -       anonymous  not as promised",
      "2026-11-29 15:40:12Z  ok       -    34 ms  totals    Claude  a@b.c",
      "    1. all  GET /a  ok 200  9 ms, a retry",
      "    2. each  GET /b  upstream_error 404  20 ms, 3 calls, 1 failed",
    ].join("\n"),
  );
});
