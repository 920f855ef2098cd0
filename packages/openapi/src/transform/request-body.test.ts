import { describe, expect, it } from "vitest";
import { toolOf } from "../testing.ts";
import type { JsonObject } from "../types.ts";

const bodyOf = async (content: JsonObject, parts: JsonObject = {}) =>
  (await toolOf({ requestBody: { content } }, parts)).plan.body;
const object = { type: "object", properties: { a: { type: "string" }, b: { type: "integer" } } };

describe("the media type that is chosen", () => {
  it.each<[string, string[], string | undefined]>([
    ["JSON before others", ["application/xml", "application/json", "multipart/form-data"], "application/json"],
    [
      "a JSON dialect before forms",
      ["text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json"],
      "application/merge-patch+json",
    ],
    ["a form before text", ["text/plain", "multipart/form-data"], "multipart/form-data"],
    ["the first of what is left", ["text/csv", "application/xml"], "text/csv"],
    ["nothing that is no media type", ["text/plain\r\nX: 1", "json"], undefined],
  ])("%s", async (_name, types, want) => {
    const content = Object.fromEntries(types.map((type) => [type, { schema: object }]));
    expect((await bodyOf(content))?.contentType).toBe(want);
  });
});

describe("encodings", () => {
  it("keep the headers of a part that have one value, and no others", async () => {
    const headers = {
      "X-Kind": { schema: { const: "small" } },
      "X-Size": { schema: { type: "integer", default: 3 } },
      "X-One": { schema: { enum: ["only"] } },
      "X-Ref": { $ref: "#/components/headers/Fixed" },
      "X-Free": { schema: { type: "string" } },
      "X-Bad": { schema: { const: "a\r\nb" } },
      "Content-Type": { schema: { const: "text/plain" } },
    };
    const components = { headers: { Fixed: { schema: { const: true } } } };
    const body = await bodyOf(
      { "multipart/form-data": { schema: object, encoding: { a: { headers } } } },
      { components },
    );
    expect(body?.encoding?.a?.headers).toEqual([
      ["X-Kind", "small"],
      ["X-Size", "3"],
      ["X-One", "only"],
      ["X-Ref", "true"],
    ]);
  });

  it("of a list stand by position (OpenAPI 3.2)", async () => {
    const media = {
      itemSchema: {},
      prefixEncoding: [{ contentType: "application/json" }],
      itemEncoding: { contentType: "image/*" },
    };
    const body = await bodyOf({ "multipart/mixed": media }, { openapi: "3.2.0" });
    expect(body).toMatchObject({
      mapping: { kind: "whole", argument: "body" },
      items: { prefix: [{ contentType: "application/json" }], other: { contentType: "image/*" }, binary: true },
    });
  });
});
