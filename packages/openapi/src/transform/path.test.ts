import { describe, expect, it } from "vitest";
import { parsePath } from "./path.ts";

describe("parsePath", () => {
  it.each([
    ["/pets/{id}", { parts: [{ literal: "/pets/" }, { parameter: "id" }], names: ["id"] }],
    [
      "/f/{name}.{ext}",
      {
        parts: [{ literal: "/f/" }, { parameter: "name" }, { literal: "." }, { parameter: "ext" }],
        names: ["name", "ext"],
      },
    ],
    ["pets", { parts: [{ literal: "/pets" }], names: [] }],
    ["/a?x=1&y={z}#frag", { parts: [{ literal: "/a" }], fixedQuery: [["x", "1"]], queryParameters: [["y", "z"]] }],
  ])("%s", (path, want) => expect(parsePath(path)).toMatchObject(want));

  it.each(["/a/../b", "/./a", "/%2e%2e/a"])("refuses %s", (path) => expect(parsePath(path)).toBeUndefined());
});
