import { describe, expect, it } from "vitest";
import { safeNext } from "./next-path.ts";

describe("OA-44: where to go after signing in", () => {
  it.each(["/", "/servers/petstore", "/connect/abc?x=1#y", "/s/acme/petstore"])("keeps %j", (path) => {
    expect(safeNext(path)).toBe(path);
  });

  it.each([
    "//evil.example",
    "/\\evil.example",
    "/a\\b",
    "/\t/evil.example",
    "/\n/evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "servers",
    "",
    undefined,
    ["/a", "/b"],
  ])("never leaves this site by %j", (path) => {
    expect(safeNext(path)).toBe("/");
  });
});
