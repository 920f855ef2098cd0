import { describe, expect, it } from "vitest";
import { compiled } from "../testing.ts";
import type { JsonObject } from "../types.ts";
import { holdOperations, successorsOf } from "./hold.ts";
import { mergeDocuments } from "./merge.ts";

const operation = (operationId: string, summary: string, more: JsonObject = {}) => ({
  ...{ operationId, summary, responses: { 200: { description: "ok" } } },
  ...more,
});
const scheme = (name: string) => ({
  components: { securitySchemes: { [name]: { type: "apiKey", in: "header", name } } },
});

const BEFORE = {
  paths: {
    "/a": { get: operation("getA", "Gets a") },
    "/b": { get: operation("getB", "Gets b", { security: [{ old: [] }] }), delete: operation("dropB", "Drops b") },
  },
  ...scheme("old"),
};
const AFTER = {
  paths: {
    "/a": { get: operation("getA", "Gets a otherwise") },
    "/c": { get: operation("getB2", "Gets c"), delete: operation("dropB", "Drops c") },
    "/d": { get: operation("getB", "Is another one by that name") },
    "/b": { put: operation("putB", "Puts b") },
  },
  ...scheme("new"),
};

const hold = async (operations: string[]) =>
  holdOperations(await compiled(AFTER), [{ compiled: await compiled(BEFORE), operations }]);
const shown = async (operations: string[]) =>
  (await hold(operations)).tools.map((tool) => [tool.operation, tool.name, tool.description]);

const GET_A = ["GET /a", "getA", "Gets a otherwise."];
const GET_C = ["GET /c", "getB2", "Gets c."];
const DROP_C = ["DELETE /c", "dropB", "Drops c."];
const GET_D = ["GET /d", "getB", "Is another one by that name."];
const PUT_B = ["PUT /b", "putB", "Puts b."];

describe("holdOperations", () => {
  it.each<[string, string[], string[][]]>([
    ["nothing", [], [GET_A, GET_C, DROP_C, GET_D, PUT_B]],
    ["what changed, where it stands", ["GET /a"], [["GET /a", "getA", "Gets a."], GET_C, DROP_C, GET_D, PUT_B]],
    [
      "what is gone, after all others, and another one gets another name",
      ["GET /b"],
      [
        GET_A,
        GET_C,
        DROP_C,
        ["GET /d", "getB_2", "Is another one by that name."],
        PUT_B,
        ["GET /b", "getB", "Gets b."],
      ],
    ],
    [
      "what has another address, beside it",
      ["DELETE /b"],
      [GET_A, GET_C, ["DELETE /c", "dropB_2", "Drops c."], GET_D, PUT_B, ["DELETE /b", "dropB", "Drops b."]],
    ],
    ["what was never there", ["GET /nowhere"], [GET_A, GET_C, DROP_C, GET_D, PUT_B]],
  ])("holds %s", async (_what, operations, want) => {
    expect(await shown(operations)).toEqual(want);
    const { operations: all } = await hold(operations);
    expect(all.map(({ key, toolName }) => [key, toolName])).toEqual(want.map(([key, name]) => [key, name]));
  });

  it("brings a security scheme along that only what is held wants", async () => {
    expect((await hold(["GET /b"])).securitySchemes.map(({ name }) => name)).toEqual(["new", "old"]);
    expect((await hold(["GET /a"])).securitySchemes.map(({ name }) => name)).toEqual(["new"]);
  });

  it("says what was not kept of what it holds, and nothing of what it leaves out", async () => {
    const limited = await compiled({
      paths: { "/a": { get: { ...operation("getA", "x"), parameters: [{ $ref: "#/nowhere" }] } } },
    });
    const plain = await compiled({ paths: { "/a": { get: operation("getA", "x") } } });
    const operations = ["GET /a"];
    expect(holdOperations(plain, [{ compiled: limited, operations }]).diagnostics).toMatchObject([
      { operation: "GET /a" },
    ]);
    expect(holdOperations(limited, [{ compiled: plain, operations }]).diagnostics).toEqual([]);
  });

  it("is no change of what is held, to a merge", async () => {
    const before = await compiled(BEFORE);
    const edits = { selection: ["GET /a", "GET /b", "DELETE /b"], overrides: [{ operation: "GET /b", title: "Mine" }] };
    const { report, edits: kept } = mergeDocuments(before, await hold(["GET /a", "GET /b", "DELETE /b"]), edits);
    expect(report).toMatchObject({ removed: [], renamed: [], changed: [], conflicting: [], isBreaking: false });
    expect(kept.selection).toEqual(edits.selection);
    expect(kept.overrides).toContainEqual({ operation: "GET /b", title: "Mine" });
  });

  it("changes nothing that it was given", async () => {
    const after = await compiled(AFTER);
    const copy = structuredClone(after);
    holdOperations(after, [{ compiled: await compiled(BEFORE), operations: ["GET /b", "GET /a"] }]);
    expect(after).toEqual(copy);
  });
});

it("successorsOf says under which key what is held is now", async () => {
  const held = [{ compiled: await compiled(BEFORE), operations: ["DELETE /b", "GET /a"] }];
  expect([...successorsOf(await compiled(AFTER), held)]).toEqual([["DELETE /b", "DELETE /c"]]);
});
