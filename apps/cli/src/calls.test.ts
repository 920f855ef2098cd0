import { expect, it } from "vitest";
import { describeCalls } from "./calls.ts";

it("tells how each call ended, and who made it", () => {
  const call = { id: "evt_1", occurredAt: "2026-11-29T15:40:12.000Z", durationMs: 33.6, diagnostic: null };
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
    ]),
  ).toBe(
    [
      "2026-11-29 15:40:12Z  ok       200  34 ms  listPets  Claude  a@b.c",
      "2026-11-29 15:40:12Z  timeout  -    34 ms  -         -       anonymous  not as promised",
    ].join("\n"),
  );
});
