import { describe, expect, it } from "vitest";
import {
  callSearch,
  chooseOutcome,
  isFiltered,
  isReason,
  outcomeChoices,
  outcomeValue,
  readCallQuery,
  toCallFilter,
  toggleReason,
  withoutFilter,
} from "./call-query.ts";

const all = readCallQuery({});

describe("which calls are shown", () => {
  it.each([
    [{}, ""],
    [{ range: "24h" }, ""],
    [{ range: "7d" }, "?range=7d"],
    [{ tool: "listPets", outcome: "failed" }, "?tool=listPets&outcome=failed"],
    [{ outcome: "upstream_error", status: "401" }, "?outcome=upstream_error&status=401"],
    [{ client: "claude ai", who: "usr_1" }, "?client=claude+ai&who=usr_1"],
    [{ range: "2y", outcome: "great", status: "4o1", tool: ["a", "b"] }, ""],
    [{ status: "99", client: "a\0" }, ""],
  ])("is read from %j, and written as %j", (params, search) => {
    expect(callSearch(readCallQuery(params))).toBe(search);
    expect(callSearch(readCallQuery(Object.fromEntries(new URLSearchParams(search))))).toBe(search);
  });

  it("is what the verbs are asked, always with a range", () => {
    expect(toCallFilter(all)).toEqual({ range: "24h" });
    expect(toCallFilter(readCallQuery({ outcome: "timeout", status: "504", range: "1h" }))).toEqual({
      outcome: "timeout",
      status: 504,
      range: "1h",
    });
  });

  it("keeps a call that is open in the address", () => {
    expect(callSearch({ ...all, tool: "a" }, "evt_1")).toBe("?tool=a&call=evt_1");
  });

  it("is cleared but for its time", () => {
    const query = readCallQuery({ tool: "a", range: "7d" });
    expect([isFiltered(query), isFiltered(withoutFilter(query))]).toEqual([true, false]);
    expect(callSearch(withoutFilter(query))).toBe("?range=7d");
  });

  it("is narrowed to one reason, and widened by it again", () => {
    const reason = { outcome: "upstream_error", status: 401 };
    const narrow = toggleReason(all, reason);
    expect(callSearch(narrow)).toBe("?outcome=upstream_error&status=401");
    expect([isReason(narrow, reason), isReason(narrow, { ...reason, status: null })]).toEqual([true, false]);
    expect(toggleReason(narrow, reason)).toEqual(all);
    expect(toggleReason(narrow, { outcome: "timeout", status: null })).toEqual({ ...all, outcome: "timeout" });
  });

  it("is chosen from a list that has what is chosen", () => {
    const narrow = readCallQuery({ outcome: "upstream_error", status: "401" });
    for (const query of [all, narrow, readCallQuery({ status: "500" }), readCallQuery({ outcome: "declined" })]) {
      const values = outcomeChoices(query).map(([value]) => value);
      expect(values).toContain(outcomeValue(query));
      expect(new Set(values).size).toBe(values.length);
      expect(chooseOutcome(all, outcomeValue(query))).toEqual(query);
    }
    expect(outcomeChoices(narrow).at(-1)).toEqual(["upstream_error/401", "API refused, 401"]);
    expect(chooseOutcome(narrow, "")).toEqual(all);
  });
});
