import { describe, expect, it } from "vitest";
import { decodeMirroredValue, headerValue, isJsonContentType } from "./headers.ts";

const base64 = (bytes: string | Uint8Array) => `=?base64?${Buffer.from(bytes).toString("base64")}?=`;

describe("decodeMirroredValue", () => {
  it.each([
    ["get_user", "get_user"],
    ["", ""],
    [base64("größe"), "größe"],
    [base64(" padded "), " padded "],
    [base64("=?base64?eA==?="), "=?base64?eA==?="],
    [base64(""), ""],
    ["=?base64?", "=?base64?"],
    ["=?BASE64?eA==?=", "=?BASE64?eA==?="],
    ["=?base64?eA?=", undefined],
    ["=?base64?e A==?=", undefined],
    ["=?base64?eA-_?=", undefined],
    [base64(Uint8Array.of(0xff, 0xfe)), undefined],
  ])("%s stands for %s", (given, want) => {
    expect(decodeMirroredValue(given)).toBe(want);
  });
});

describe("isJsonContentType", () => {
  it.each([
    ["application/json", true],
    ["application/json; charset=utf-8", true],
    [" APPLICATION/JSON ;x=y", true],
    [undefined, false],
    ["", false],
    ["application/json, text/plain", false],
    ["application/problem+json", false],
    ["multipart/form-data; boundary=x", false],
  ])("%s: %s", (given, want) => {
    expect(isJsonContentType(given)).toBe(want);
  });
});

describe("headerValue", () => {
  it.each([
    [" x\t", "x"],
    ["", undefined],
    ["  ", undefined],
    [undefined, undefined],
  ])("%j is %s", (given, want) => {
    expect(headerValue({ a: given }, "a")).toBe(want);
  });
});
