import { expect, it } from "vitest";
import { describeComposed, describeTried } from "./try.ts";

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

it("shows each step of a tool of several calls, and the one result", () => {
  const request = { method: "GET", url: "https://api.example.com/pets", headers: [] };
  const answer = { status: 200, contentType: "application/json", bytes: 12 };
  const refused = { ...tried, outcome: "upstream_error", result: { content: [{ type: "text", text: "No." }] } };
  const steps = [
    { id: "all", operation: "GET /pets", calls: 1, failed: 0, ms: 9.6, made: [{ ...tried, request, answer }] },
    { id: "each", operation: "GET /pets/{id}", calls: 3, failed: 1, ms: 20, made: [refused] },
  ];
  expect(describeComposed({ result, steps, tokens: { raw: 40, shaped: 2 }, ms: 30 })).toEqual([
    ...["1. all  GET /pets  1 call, 10 ms", "   GET https://api.example.com/pets"],
    "     200 application/json, 12 bytes (12 ms)",
    "2. each  GET /pets/{id}  3 calls, 1 failed, 20 ms",
    ...["     upstream_error: No.", "   and 2 more", ""],
    "A model gets 2 tokens after 30 ms; the answers of all steps have 40 tokens:",
    "one pet",
  ]);
  const wrong = { result, steps: [], tokens: { raw: 0, shaped: 2 }, ms: 0 };
  expect(describeComposed(wrong)).toEqual(["A model gets:", "one pet"]);
});
