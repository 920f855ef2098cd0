import type { Parameter, ParameterEdit } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import {
  errorsOf,
  type Filling,
  fillingOf,
  fillingsOf,
  givenWords,
  textOfEdits,
  typedValue,
  typedValues,
  withEdit,
  withFilling,
} from "./parameter-edit.ts";

const parameter = (parts: Partial<Parameter> = {}): Parameter => ({
  ...{ key: "a", name: "a", in: "query", type: "string", isText: true, isRequired: false, isAskable: true },
  ...parts,
});

describe("who fills in a parameter", () => {
  it.each<[ParameterEdit, Filling]>([
    [{}, "model"],
    [{ description: "A." }, "model"],
    [{ required: true }, "needed"],
    [{ default: { value: 1 } }, "default"],
    [{ fixed: { value: 1 } }, "fixed"],
    [{ hidden: true, default: { value: 1 } }, "fixed"],
    [{ hidden: true }, "hidden"],
    [{ flatten: true }, "flatten"],
  ])("%j: %s", (edit, want) => {
    expect(fillingOf(edit)).toBe(want);
  });

  it("is never nobody where the API needs it and there is no value", () => {
    const of = (parts: Partial<Parameter>) => fillingsOf(parameter(parts)).map(([filling]) => filling);
    expect(of({})).toEqual(["model", "needed", "default", "fixed", "hidden"]);
    expect(of({ isRequired: true })).toEqual(["model", "default", "fixed"]);
    expect(of({ properties: [] })).toContain("flatten");
  });

  it.each<[string, Partial<Parameter>, ParameterEdit, Filling, ParameterEdit]>([
    ["keeps a value", {}, { default: { value: 7 }, name: "b" }, "fixed", { fixed: { value: 7 }, name: "b" }],
    ["begins with the document's default", { default: 20 }, {}, "default", { default: { value: 20 } }],
    [
      "begins with the first of the document's values",
      { values: { type: "string", isList: false, choices: ["open"] } },
      {},
      "fixed",
      { fixed: { value: "open" } },
    ],
    ["leaves nothing behind", {}, { hidden: true }, "model", {}],
    ["has the model give it", {}, { fixed: { value: 1 } }, "needed", { required: true }],
    ["leaves the words of what is flattened", {}, { name: "b", values: ["x"] }, "flatten", { flatten: true }],
  ])("%s", (_name, parts, edit, filling, want) => {
    expect(withFilling(parameter(parts), edit, filling)).toEqual(want);
  });
});

it("forgets an edit with nothing in it", () => {
  expect(withEdit({ a: { name: "x" }, b: { hidden: true } }, "a", { name: "" })).toEqual({ b: { hidden: true } });
  expect(withEdit({}, "a", { name: "x" })).toEqual({ a: { name: "x" } });
});

it("knows the same edits in another order", () => {
  expect(textOfEdits({ a: { name: "x", hidden: true }, b: {} })).toBe(
    textOfEdits({ b: {}, a: { hidden: true, name: "x" } }),
  );
  expect(textOfEdits({ a: { name: "x" } })).not.toBe(textOfEdits({ a: { name: "y" } }));
});

it("reads what is typed as what the parameter is", () => {
  expect([typedValue("5", true), typedValue("5", false), typedValue("[1]", false), typedValue("x", false)]).toEqual([
    "5",
    5,
    [1],
    "x",
  ]);
  expect(typedValues(" 1 \n\n2\nx", "integer")).toEqual([1, 2, "x"]);
  expect(typedValues("1\n2", "string")).toEqual(["1", "2"]);
});

it("says what is given", () => {
  expect([{ value: "a" }, { value: [1] }, { person: "email" } as const].map(givenWords)).toEqual([
    "a",
    "[1]",
    "The person's e-mail",
  ]);
});

it("finds what is wrong with one parameter, and with no other", () => {
  const fields = {
    "parameters.a": "gone",
    "parameters.a.fixed.value": "too long",
    "parameters.a.b.name": "taken",
    "parameters.ab.name": "other",
  };
  expect(errorsOf(fields, "a")).toEqual({ parameter: "gone", fixed: "too long" });
  expect(errorsOf(fields, "a.b")).toEqual({ name: "taken" });
});
