import { describe, expect, it } from "vitest";
import type { Document, JsonObject } from "../types.ts";
import { validate } from "./validate.ts";

const info = { title: "T", version: "1" };
const found = async (root: JsonObject, format: Document["format"] = "openapi-3.0") =>
  (await validate({ root, format })).map(({ severity, pointer, message }) => ({ severity, pointer, message }));

describe("validate", () => {
  it.each<[string, JsonObject, Document["format"]]>([
    ["3.0", { openapi: "3.0.9", info, paths: {} }, "openapi-3.0"],
    ["3.1", { openapi: "3.1.7", info, paths: {} }, "openapi-3.1"],
    ["2.0", { swagger: "2.0", info, paths: {} }, "swagger-2.0"],
    ["no paths", { openapi: "3.0.0", info }, "openapi-3.0"],
  ])("has nothing to say of a good document: %s", async (_name, root, format) => {
    expect(await found(root, format)).toEqual([]);
  });

  it.each<[string, JsonObject, Document["format"], string]>([
    ["a missing field", { openapi: "3.0.0", info: { title: "T" }, paths: {} }, "openapi-3.0", "lacks “version”"],
    [
      "a wrong type",
      { openapi: "3.1.0", info, paths: { "/a": { get: { responses: [] } } } },
      "openapi-3.1",
      "is a list",
    ],
    [
      "a number for text",
      { swagger: 2.0, info: { title: "T", version: 1 }, paths: {} },
      "swagger-2.0",
      "should be text",
    ],
    [
      "a parameter, not its alternatives",
      {
        swagger: "2.0",
        info,
        paths: { "/a": { get: { parameters: [{ name: "q", in: "query" }], responses: { 200: { description: "" } } } } },
      },
      "swagger-2.0",
      "lacks “type”",
    ],
  ])("says in a sentence what is wrong: %s", async (_name, root, format, sentence) => {
    const findings = await found(root, format);
    expect(findings.map(({ message }) => message).join(" ")).toContain(sentence);
    expect(findings.every(({ severity }) => severity !== "error")).toBe(true);
  });

  it("names the operation, and changes nothing in the document", async () => {
    const root = { openapi: "3.0.0", info, paths: { "/a/{b}": { get: { responses: { 200: {} } } } } };
    const before = JSON.stringify(root);
    expect(await validate({ root, format: "openapi-3.0" })).toMatchObject([
      { code: "specification", operation: "GET /a/{b}", pointer: "/paths/~1a~1{b}/get/responses/200" },
    ]);
    expect(JSON.stringify(root)).toBe(before);
  });

  it("follows no reference, local file or address", async () => {
    const ref = (target: string) => ({ get: { responses: { 200: { $ref: target } } } });
    const root = {
      openapi: "3.0.0",
      info,
      paths: {
        "/a": ref("/etc/passwd"),
        "/b": ref("file:///etc/passwd"),
        "/c": ref("http://127.0.0.1:1/x"),
        "/d": ref("#/no"),
      },
    };
    expect(await found(root)).toEqual([]);
    expect(JSON.stringify(root)).toContain("/etc/passwd");
  });

  it("says that it skips what the library does not know", async () => {
    expect(await validate({ root: { openapi: "3.2.0", info, paths: {} }, format: "openapi-3.2" })).toMatchObject([
      { code: "validation_skipped", severity: "info" },
    ]);
  });
});
