import { describe, expect, it } from "vitest";
import { choose, type Documented, type Hints, type Shown, shownHints } from "./hints.ts";

const POST: Documented = {
  kind: "changing",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
};
const GET: Documented = {
  kind: "reading",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
};
const PUT: Documented = {
  kind: "changing",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
};

describe("what a person says of what a tool does", () => {
  it.each<[string, Documented, Hints, Partial<Shown>, Hints, Shown]>([
    [
      "a POST that reads",
      POST,
      {},
      { kind: "reading" },
      { readOnlyHint: true },
      { kind: "reading", isRepeatable: true, isOpenWorld: true },
    ],
    [
      "it does not after all",
      POST,
      { readOnlyHint: true },
      { kind: "changing" },
      {},
      { kind: "changing", isRepeatable: false, isOpenWorld: true },
    ],
    [
      "a GET that deletes",
      GET,
      {},
      { kind: "destroying" },
      { readOnlyHint: false, destructiveHint: true },
      { kind: "destroying", isRepeatable: false, isOpenWorld: true },
    ],
    [
      "a PUT that deletes",
      PUT,
      {},
      { kind: "destroying" },
      { readOnlyHint: false, destructiveHint: true },
      { kind: "destroying", isRepeatable: true, isOpenWorld: true },
    ],
    [
      "a POST that can be repeated",
      POST,
      {},
      { isRepeatable: true },
      { idempotentHint: true },
      { kind: "changing", isRepeatable: true, isOpenWorld: true },
    ],
    [
      "what can be repeated, and only reads",
      POST,
      { idempotentHint: true },
      { kind: "reading" },
      { readOnlyHint: true },
      { kind: "reading", isRepeatable: true, isOpenWorld: true },
    ],
    [
      "nothing beyond the API",
      GET,
      {},
      { isOpenWorld: false },
      { openWorldHint: false },
      { kind: "reading", isRepeatable: true, isOpenWorld: false },
    ],
    [
      "what the document says anyway",
      GET,
      { openWorldHint: false },
      { isOpenWorld: true },
      {},
      { kind: "reading", isRepeatable: true, isOpenWorld: true },
    ],
  ])("%s", (_what, documented, before, chosen, want, shown) => {
    const hints = choose(before, chosen, documented);
    expect(hints).toEqual(want);
    expect(shownHints(hints, documented)).toEqual(shown);
  });
});
