import { describe, expect, it } from "vitest";
import { distanceOf, fold, termsOf, wordsOf } from "./words.ts";

describe("wordsOf", () => {
  it.each([
    { given: "listCoreV1NamespacedPod", want: ["list", "core", "v1", "namespaced", "pod"] },
    { given: "getHTTPServerAPIKey", want: ["get", "http", "server", "api", "key"] },
    { given: "issues/update_comment-2", want: ["issues", "update", "comment", "2"] },
    { given: "größeLesen", want: ["große", "lesen"] },
    { given: "注文一覧", want: ["注文", "文一", "一覧"] },
    { given: "", want: [] },
  ])("$given: $want", ({ given, want }) => {
    expect(wordsOf(given)).toEqual(want);
  });
});

describe("fold", () => {
  it.each([
    { given: ["update", "updates", "updated", "updating"] },
    { given: ["create", "creates", "created", "creation"] },
    { given: ["namespace", "namespaces", "namespaced"] },
    { given: ["policy", "policies"] },
    { given: ["address", "addresses"] },
    { given: ["status", "statuses"] },
    { given: ["stop", "stops", "stopped", "stopping"] },
  ])("makes one of $given", ({ given }) => {
    expect(new Set(given.map(fold)).size).toBe(1);
  });

  it.each([{ given: ["string", "stream"] }, { given: ["user", "use"] }, { given: ["role", "rule"] }])(
    "keeps $given apart",
    ({ given }) => {
      expect(new Set(given.map(fold)).size).toBe(given.length);
    },
  );
});

describe("termsOf", () => {
  it("leaves out what is in every sentence", () => {
    expect(termsOf("Please list the invoices of my customer")).toEqual(["list", "invoic", "customer"]);
  });
});

describe("distanceOf", () => {
  it.each([
    { a: "invoice", b: "invoice", want: 0 },
    { a: "invoice", b: "invoce", want: 1 },
    { a: "invoice", b: "invocie", want: 1 },
    { a: "invoice", b: "inovices", want: 2 },
    { a: "invoice", b: "refund", want: undefined },
    { a: "", b: "ab", want: 2 },
  ])("from $a to $b: $want", ({ a, b, want }) => {
    expect(distanceOf(a, b, 2)).toBe(want);
  });
});
