import { expect, it } from "vitest";
import { validateSource } from "./validate-source.ts";

const stored = (root: unknown) => new TextEncoder().encode(JSON.stringify({ root, files: {} }));

it("checks a stored source in a process, and reads nothing that it refers to", async () => {
  const root = {
    openapi: "3.0.3",
    info: { title: "T" },
    paths: { "/a": { get: { responses: { 200: { $ref: "file:///etc/passwd" } } } } },
  };
  expect(await validateSource({ source: stored(root), format: "openapi-3.0", text: null })).toMatchObject([
    { code: "specification", pointer: "/info" },
  ]);
});

it("says that it skips what is too large", async () => {
  const source = new Uint8Array(49 * 1024 * 1024);
  expect(await validateSource({ source, format: "openapi-3.0", text: null })).toMatchObject([
    { code: "validation_skipped", severity: "info", message: expect.stringContaining("more than 48 MB") },
  ]);
});
