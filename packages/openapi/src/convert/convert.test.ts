import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { load } from "../load/load.ts";
import { cpuTimer } from "../testing.ts";
import type { JsonObject } from "../types.ts";
import { validate } from "../validate/validate.ts";
import type { Converted } from "./convert.ts";
import { isPrivateName, looksSecret } from "./credentials.ts";
import { convertCurl } from "./curl.ts";
import { convertHar } from "./har.ts";
import { inferSchema } from "./infer-schema.ts";
import { convertPostman } from "./postman.ts";

const VALIDATED_MAX = 25;
let validated = 0;
beforeEach(() => {
  validated = 0;
});

/** What every converter promises: an answer, in time, and a document that the specification's schema takes. */
async function check(convert: () => Converted): Promise<void> {
  const taken = cpuTimer();
  const converted = convert();
  expect(taken()).toBeLessThan(3_000);
  if (!converted.ok) {
    expect(converted.message).not.toBe("");
    return;
  }
  // The schema of the specification takes most of the time: the first ones of each kind stand for all.
  if (validated++ < VALIDATED_MAX) expect(await validate({ root: converted.root, format: "openapi-3.1" })).toEqual([]);
  const loaded = await load({ content: JSON.stringify(converted.root) });
  if (loaded.ok) compile(loaded.document);
}

const word = fc.constantFrom(
  "curl",
  "-H",
  "-d",
  "-F",
  "-X",
  "https://a.example/x",
  "'",
  '"',
  "\\",
  "\n",
  "$'",
  "^",
  "^\n",
  "@",
  "=",
  ";",
  "|",
  "{{a}}",
  ":id",
  '{"a":1}',
  "-u",
  "--next",
  " ",
  "-G",
  "?q=1&q=2",
  "#",
);
const url = fc.constantFrom(
  "https://a.example/x/1",
  "{{b}}/x/{{c}}",
  ":",
  "/",
  "https://",
  "a.example/:id?x=1",
  "{{",
  "}}",
  "https://a.example/%zz?%zz=%",
  "//x",
);

describe("any converter", () => {
  it("never throws, and what it makes is valid: curl", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(word, fc.string({ maxLength: 8 })), { maxLength: 30 }), (words) =>
        check(() => convertCurl(`curl ${words.join(" ")}`)),
      ),
      { numRuns: 300 },
    );
  });

  it("never throws, and what it makes is valid: Postman", async () => {
    const request = fc.record(
      {
        method: fc.oneof(fc.string(), fc.constantFrom("GET", "POST", "get")),
        url: fc.oneof(url, fc.record({ raw: url, query: fc.jsonValue(), variable: fc.jsonValue() }), fc.jsonValue()),
        header: fc.oneof(fc.jsonValue(), fc.array(fc.record({ key: fc.string(), value: fc.jsonValue() }))),
        body: fc.oneof(
          fc.jsonValue(),
          fc.record({
            mode: fc.constantFrom("raw", "urlencoded", "formdata", "graphql"),
            raw: fc.json(),
            urlencoded: fc.jsonValue(),
            graphql: fc.jsonValue(),
          }),
        ),
        auth: fc.oneof(
          fc.jsonValue(),
          fc.record({
            type: fc.constantFrom("bearer", "oauth2", "apikey", "hawk"),
            apikey: fc.jsonValue(),
            oauth2: fc.jsonValue(),
          }),
        ),
      },
      { requiredKeys: ["url"] },
    );
    const item = fc.array(
      fc.oneof(fc.jsonValue(), fc.record({ name: fc.jsonValue(), request, response: fc.jsonValue() })),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(item, fc.jsonValue(), (items, variable) =>
        check(() => convertPostman({ info: { name: "x" }, item: items, variable } as JsonObject)),
      ),
      { numRuns: 300 },
    );
  });

  it("never throws, and what it makes is valid: HAR", async () => {
    const entry = fc.record({
      request: fc.record({
        method: fc.constantFrom("GET", "POST", "X"),
        url,
        headers: fc.jsonValue(),
        queryString: fc.jsonValue(),
        postData: fc.oneof(
          fc.jsonValue(),
          fc.record({ mimeType: fc.constantFrom("application/json", "multipart/form-data", "x"), text: fc.json() }),
        ),
      }),
      response: fc.oneof(
        fc.jsonValue(),
        fc.record({
          status: fc.integer(),
          content: fc.record({ mimeType: fc.constantFrom("application/json", "", "text/xml"), text: fc.json() }),
        }),
      ),
      _resourceType: fc.constantFrom("xhr", "fetch"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(entry, fc.jsonValue()), { maxLength: 5 }), (entries) =>
        check(() => convertHar({ log: { entries } } as JsonObject)),
      ),
      { numRuns: 300 },
    );
  });

  it.each<[string, () => Converted]>([
    ["assignments before a command", () => convertCurl(`$ ${"a=b=c ".repeat(4_000)}x`)],
    [
      "comments that never end",
      () =>
        convertPostman({
          info: {},
          item: [
            {
              request: {
                method: "POST",
                url: "https://a.example",
                body: { mode: "raw", raw: `{${"/*".repeat(500_000)}` },
              },
            },
          ],
        }),
    ],
    [
      "braces that never end",
      () => convertPostman({ info: {}, item: [{ request: `https://a.example/${"{{ ".repeat(5_000)}` }] }),
    ],
    [
      "parts that never end",
      () =>
        convertHar({
          log: {
            entries: [
              {
                request: {
                  method: "POST",
                  url: "https://a.example/x",
                  postData: {
                    mimeType: "multipart/form-data",
                    text: 'content-disposition: form-data; name="a"\n'.repeat(20_000),
                  },
                },
              },
            ],
          },
        }),
    ],
    [
      "quotes in a body",
      () => convertCurl(`curl https://a.example -H 'content-type: application/json' -d '${'"\\'.repeat(100_000)}'`),
    ],
    ["tokens in a path", () => convertCurl(`curl https://a.example/${"eyJ-".repeat(3_000)}`)],
  ])("takes no time for %s", async (_name, convert) => {
    await check(convert);
  });

  it("reads twenty thousand requests in seconds", async () => {
    const entries = Array.from({ length: 20_000 }, (_, index) => ({
      _resourceType: "xhr",
      request: {
        method: "GET",
        url: `https://a.example/api/things/${index}?page=${index % 9}`,
        headers: [{ name: "Cookie", value: `sid=s${index}-secret` }],
      },
      response: { status: 200, content: { mimeType: "application/json", text: `{"id":${index},"name":"n"}` } },
    }));
    await check(() => convertHar({ log: { entries } }));
  });
});

describe("what is secret", () => {
  it.each([
    "sk_live_abcdefgh",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.e30.x",
    "9f86d081884c7d659a2feaa0c55ad015",
    "A21AAGOs8Yauykf6g-avc0v7kdQVJipuyE2NuRdbA7VbOxRDSQLMBUs3",
  ])("by its looks: %s", (value) => {
    expect(looksSecret(value)).toBe(true);
  });
  it.each([
    "hello",
    "2024-05-01T10:00:00Z",
    "f3b0a7d6-0d2f-4a54-9e38-3f1f6d5a0b11",
    "find-pets-by-status-2024",
    "application/vnd.example.v2+json",
    "https://a.example/some/long/path/2",
    "12345678901234567890123",
  ])("not by its looks: %s", (value) => {
    expect(looksSecret(value)).toBe(false);
  });
  it.each([
    "password",
    "userPassword",
    "api_key",
    "apiKey",
    "X-Auth-Token",
    "clientSecret",
    "refresh_token",
    "csrfToken",
    "PIN",
    "tokens",
  ])("by its name: %s", (name) => {
    expect(isPrivateName(name)).toBe(true);
  });
  it.each(["name", "author", "keyboard", "authored_by", "passenger", "tokenize", "signal", "sessions_count"])(
    "not by its name: %s",
    (name) => {
      expect(isPrivateName(name)).toBe(false);
    },
  );
});

describe("inferSchema", () => {
  it.each<[string, unknown[], JsonObject]>([
    ["nothing", [], {}],
    ["united numbers", [1, 2.5], { type: "number" }],
    ["united types", ["a", null], { type: ["string", "null"] }],
    ["dates", ["2024-05-01T10:00:00Z", "2024-05-01T10:00:00+02:00"], { type: "string", format: "date-time" }],
    ["an empty list", [[]], { type: "array", items: {} }],
    ["lists", [[1], ["a"]], { type: "array", items: { type: ["integer", "string"] } }],
    [
      "a map",
      [{ 1: { a: 1 }, 2: { a: 2 }, 3: {} }],
      { type: "object", additionalProperties: { type: "object", properties: { a: { type: "integer" } } } },
    ],
    [
      "a hostile key",
      [JSON.parse('{"__proto__":1}')],
      { type: "object", properties: JSON.parse('{"__proto__":{"type":"integer"}}') },
    ],
  ])("of %s", (_name, samples, want) => {
    expect(inferSchema(samples)).toEqual(want);
  });

  it("requires what all of several have, shows what may be shown, and nothing below a private name", () => {
    const options = { hasRequired: true, isShowable: () => true };
    expect(inferSchema([{ a: 1, auth: { user: "x" } }, { a: 2 }], options)).toEqual({
      type: "object",
      properties: {
        a: { type: "integer", examples: [1] },
        auth: { type: "object", properties: { user: { type: "string" } } },
      },
      required: ["a"],
    });
  });

  it("stops where a sample is deep or wide", () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 2_000; depth++) deep = { deep };
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, { a: index }]));
    expect(JSON.stringify(inferSchema([deep])).length).toBeLessThan(1_000);
    expect(Object.keys(inferSchema([wide]).properties as object)).toHaveLength(300);
  });
});
