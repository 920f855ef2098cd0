import { expect, it } from "vitest";
import { matchUriTemplate } from "./uri-template.ts";

it.each<[string, string, Record<string, string> | undefined]>([
  ["notes://{id}", "notes://7", { id: "7" }],
  ["notes://{id}", "notes://a/b", undefined],
  ["notes://{+path}", "notes://a/b", { path: "a/b" }],
  ["x://{a}/y/{b}.json", "x://1/y/2.json", { a: "1", b: "2" }],
  ["x://{a}/y.json", "x://1/yxjson", undefined],
  ["x://{a}", "x://caf%C3%A9%20%2F", { a: "café /" }],
  ["x://{a}", "x://%E0%A4%A", undefined],
  ["x://{a}", "x://", undefined],
  ["x://plain", "x://plain", {}],
])("%s and %s: %j", (template, uri, want) => {
  expect(matchUriTemplate(template, uri)).toEqual(want);
});

it("takes no name for a prototype", () => {
  const values = matchUriTemplate("x://{__proto__}", "x://polluted");
  expect(Object.keys(values ?? {})).toEqual(["__proto__"]);
  expect({}).not.toHaveProperty("polluted");
});
