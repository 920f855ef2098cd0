import { describe, expect, it } from "vitest";
import { responseOf, toolOf } from "../testing.ts";
import type { UpstreamResponse } from "../types.ts";
import { shapeResponse } from "./shape-response.ts";

const shape = (response: UpstreamResponse, budget = {}, sent = {}) =>
  shapeResponse(toolOf(), response, budget, sent).result;
const textOf = (result: ReturnType<typeof shape>) =>
  result.content.map((item) => (item.type === "text" ? item.text : item.type)).join("\n");

describe("success", () => {
  it.each<[string, string, unknown]>([
    ["an object", '{\n  "a": 1\n}', { a: 1 }],
    ["a list", "[1,2]", { result: [1, 2] }],
    ["a scalar", '"x"', { result: "x" }],
    ["null", "null", { result: null }],
    ["ids beyond a double", '{"id":9007199254740993,"n":1.5}', { id: "9007199254740993", n: 1.5 }],
    ["a prototype key", '{"__proto__":{"polluted":1}}', JSON.parse('{"__proto__":{"polluted":1}}')],
  ])("%s", (_name, body, want) => {
    const result = shape(responseOf(body));
    expect(result.structuredContent).toEqual(want);
    expect(result.isError).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each([
    '{"a":1,"b":[1,{"c":null}]}',
    "[1,2]",
    '"x"',
    '{\r\n "a": "\\r\\n"\r\n}',
    '{"a":1}\r',
    '{"id":9007199254740993}',
    `{"a":"${"x".repeat(3_000)}"}`,
    '{"token":"abc\\u0064efgh"}',
  ])("says the same in text that is spliced in: %.40s", (body) => {
    const result = shape(responseOf(body), {}, { secrets: ["abcdefgh"] });
    if (result.structuredText === undefined) return expect(body).toMatch(/\r|\d{16}/);
    expect(JSON.parse(result.structuredText)).toEqual(result.structuredContent);
    expect(result.structuredText).not.toMatch(/[\r\n]/);
    expect(result.structuredText).not.toContain("abcdefgh");
  });
  it("splices nothing in for an answer that was cut", () =>
    expect(shape(responseOf(JSON.stringify(Array(50).fill(1))), { arrayItemsMax: 10 })).not.toHaveProperty(
      "structuredText",
    ));

  it("writes JSON compactly", () => expect(textOf(shape(responseOf('{\n  "a": 1\n}')))).toBe('{"a":1}'));

  it.each([
    ["text/csv", "a,b\n1,2"],
    ["application/xml", "not <xml>"],
    ["text/plain; charset=iso-8859-1", "plain"],
    ["application/json", "not json"],
    ["application/x-ndjson", '{"a":1}\nnot json'],
  ])("passes %s on as text", (type, body) =>
    expect(textOf(shape(responseOf(body, { "content-type": type })))).toBe(body),
  );

  it.each([
    ["image/png", "image"],
    ["audio/mpeg", "audio"],
    ["application/pdf", "resource"],
    ["application/octet-stream", "resource"],
    ["image/tiff", "resource"],
  ])("passes %s on as %s", (type, block) =>
    expect(shape(responseOf(Buffer.from([1, 255, 0]), { "content-type": type })).content[0]?.type).toBe(block),
  );

  it("says that nothing came back", () => {
    expect(textOf(shape(responseOf("", { location: "/things/1" }, 201)))).toBe(
      "Done: 201 Created, without content. Location: /things/1",
    );
  });

  it("gives structured content whenever it was promised", () => {
    const tool = toolOf({ outputSchema: { type: "object" } });
    for (const response of [
      responseOf("", {}, 204),
      responseOf("x", { "content-type": "text/plain" }),
      responseOf(Buffer.from([255]), { "content-type": "image/png" }),
    ]) {
      expect(shapeResponse(tool, response).result.structuredContent).toBeTypeOf("object");
    }
  });

  it("names the next page", () => {
    expect(textOf(shape(responseOf("[]", { link: '<https://a.example/?page=2>; rel="next"' })))).toContain(
      "https://a.example/?page=2",
    );
  });
});

describe("budget", () => {
  it("cuts long lists and says how many", () => {
    const result = shape(responseOf(JSON.stringify({ items: Array.from({ length: 5_000 }, (_, i) => ({ i })) })));
    expect(result.structuredContent?.items).toHaveLength(1_000);
    expect(textOf(result)).toContain("4000 more list items");
  });

  it("stays under the budget whatever the shape", () => {
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i]));
    for (const value of [wide, ["x".repeat(50_000)], [[["y".repeat(3_000)]]]]) {
      const [first] = shape(responseOf(JSON.stringify(value)), { textCharsMax: 2_000 }).content;
      expect(first?.type === "text" && first.text.length).toBeLessThanOrEqual(2_000);
    }
  });

  it("describes a binary that is too large", () => {
    expect(
      textOf(shape(responseOf(Buffer.alloc(2_000), { "content-type": "image/png" }), { binaryBytesMax: 1_000 })),
    ).toBe("The answer is image/png, 2000 bytes, too large to pass on.");
  });
});

describe("errors", () => {
  it.each<[string, number, unknown, Record<string, string>, string[]]>([
    [
      "nested messages",
      404,
      { error: { code: "E1", message: "no such pet" } },
      {},
      ["404 Not Found: no such pet", "E1"],
    ],
    ["problem details", 400, { type: "about:blank", title: "Bad", detail: "name is missing" }, {}, ["name is missing"]],
    ["lists of fields", 422, { errors: [{ field: "age", message: "too young" }] }, {}, ["- age: too young"]],
    [
      "maps of fields",
      422,
      { message: "Invalid", errors: { age: ["too young", "not a number"] } },
      {},
      ["- age: too young; not a number"],
    ],
    [
      "FastAPI's details",
      422,
      { detail: [{ loc: ["body", "age"], msg: "field required" }] },
      {},
      ["- body.age: field required"],
    ],
    [
      "when to try again",
      429,
      { message: "slow down" },
      { "retry-after": "30" },
      ["slow down", "Retry after 30 seconds"],
    ],
    [
      "a page",
      502,
      "<html><title>Bad gateway</title><script>x</script></html>",
      { "content-type": "text/html" },
      ["502 Bad Gateway: Bad gateway"],
    ],
    ["nothing", 500, "", {}, ["500 Internal Server Error."]],
  ])("%s", (_name, status, body, headers, want) => {
    const result = shape(responseOf(typeof body === "string" ? body : JSON.stringify(body), headers, status));
    expect(result.isError).toBe(true);
    for (const part of want) expect(textOf(result)).toContain(part);
  });

  it("names the credential that is missing", () => {
    expect(textOf(shape(responseOf("{}", {}, 401), {}, { missingCredentials: ["petstore_auth"] }))).toContain(
      "No credential is set for petstore_auth",
    );
  });
});

it.each([200, 400])("hides secrets that the API echoes (%s)", (status) => {
  const secrets = ["s3cr3t/value", "s3cr3t%2Fvalue"];
  const result = shape(
    responseOf('{"message":"key s3cr3t/value, url ?k=s3cr3t%2Fvalue"}', {}, status),
    {},
    { secrets },
  );
  expect(JSON.stringify(result)).not.toContain("s3cr3t");
});
