import { expect, it } from "vitest";
import { describeTried } from "./try.ts";

const result = { content: [{ type: "text", text: "one pet" }] };
const tried = { outcome: "ok", result, upstreamMs: 12.4, retries: 0, missingCredentials: [] };

it("shows what was sent, what came back and what it costs", () => {
  const lines = describeTried({
    ...tried,
    request: { method: "POST", url: "https://api.example.com/pets", headers: [["x-key", "•••"]], body: '{"a":1}' },
    answer: { status: 200, contentType: "application/json", bytes: 1_234 },
    view: { tokens: { raw: 300, shaped: 2 } },
    retries: 2,
    missingCredentials: ["token"],
  });
  expect(lines).toEqual([
    ...["POST https://api.example.com/pets", "  x-key: •••", "", '{"a":1}', ""],
    "Sent without a credential for: token",
    "200 application/json, 1,234 bytes (12 ms, after 2 retries)",
    "A model gets 2 tokens; the answer itself has 300 tokens:",
    "one pet",
  ]);
});

it("says when nothing was sent", () => {
  const answer = { status: 200, contentType: "application/json", bytes: 1, from: "document" };
  expect(describeTried({ ...tried, answer })[0]).toBe(
    "200 application/json, 1 byte (nothing was sent; from the document)",
  );
  expect(describeTried({ ...tried, outcome: "blocked" })[0]).toBe("No answer: blocked");
});
