import { expect, it } from "vitest";
import { addressFor, type Resource, schemeOf, toResource, toResourceText } from "./resource-text.ts";

it.each<Resource>([
  { uri: "pets://about", name: "About", text: " kept as it is\n" },
  { uri: "pets://{id}", name: "Pet", title: "One pet", mimeType: "application/json", operation: "GET /pets/{id}" },
])("$uri comes back as it was when nothing is changed", (resource) => {
  expect(toResource(toResourceText(resource))).toEqual(resource);
});

it("is of one kind only", () => {
  const text = toResourceText({ uri: "a://b", name: "B", text: "words" });
  expect(toResource({ ...text, kind: "operation", operation: " GET /b " })).toEqual({
    uri: "a://b",
    name: "B",
    operation: "GET /b",
  });
});

it("gets an address with a place for all that its operation needs", () => {
  const operation = { key: "", title: "", optional: ["page"] };
  expect(addressFor("pets", { ...operation, path: "/pets/{id}", required: ["id", "year"] })).toBe(
    "pets://pets/{id}?year={year}",
  );
  expect(addressFor("pets", { ...operation, path: "/pets", required: [] })).toBe("pets://pets");
});

it("has a scheme that means nothing else", () => {
  expect(["pets", "ui", "3d"].map(schemeOf)).toEqual(["pets", "x-ui", "x-3d"]);
});
