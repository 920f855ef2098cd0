import { describe, expect, it } from "vitest";
import { explain, outcomeWord, reasonWords } from "./outcome-words.ts";

/** Every outcome that is recorded; `CALL_OUTCOMES` of the services without its group. */
const OUTCOMES = [
  ...["ok", "upstream_error", "network_error", "timeout", "invalid_arguments", "blocked", "declined", "cancelled"],
  "error",
];

describe("what is said of a call", () => {
  it.each(OUTCOMES)("is words and something to know or do, of %s", (outcome) => {
    const { title, text } = explain({ outcome, status: null, operation: "GET /pets" });
    expect(outcomeWord(outcome)).not.toBe(outcome);
    expect(title).not.toContain("_");
    expect(text.length).toBeGreaterThan(15);
  });

  it.each([
    [401, /did not accept the credentials/, "credentials"],
    [403, /does not allow/, "credentials"],
    [404, /nothing there/, "settings"],
    [400, /did not take the arguments/, "tool"],
    [422, /did not take the arguments/, "tool"],
    [418, /refused the call/, "tool"],
    [429, /too often/, undefined],
    [500, /The API failed/, undefined],
    [503, /The API failed/, undefined],
    [200, /no success/, "tool"],
    [null, /no success/, "tool"],
  ])("of a refusal with %s names the place to put it right", (status, title, page) => {
    const said = explain({ outcome: "upstream_error", status, operation: "GET /pets" });
    expect(said.title).toMatch(title);
    expect(said.page).toBe(page);
  });

  it("of a tool of Portico's own is that no API was called", () => {
    expect(explain({ outcome: "ok", status: null, operation: null }).title).toBe("Portico answered by itself");
  });

  it("is short where there are many", () => {
    expect(reasonWords({ outcome: "upstream_error", status: 401 })).toBe("API refused, 401");
    expect(reasonWords({ outcome: "timeout", status: null })).toBe("Timed out");
    expect(reasonWords({ outcome: "new_one", status: null })).toBe("new_one");
  });
});
