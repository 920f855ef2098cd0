import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { cpuTimer } from "../testing.ts";
import type { Document, LoadLimits } from "../types.ts";
import { load } from "./load.ts";
import { type ZipEntry, zipOf } from "./zip-testing.ts";

const never = () => Promise.reject(new Error("A ZIP file must fetch nothing."));
const open = (entries: ZipEntry[], options: { entry?: string; limits?: Partial<LoadLimits> } = {}) =>
  load(
    { content: zipOf(entries), ...(options.entry ? { entry: options.entry } : {}) },
    { fetch: never, limits: { externalOrigins: ["https://allowed.example"], ...options.limits } },
  );
const document = async (entries: ZipEntry[], entry?: string): Promise<Document> => {
  const loaded = await open(entries, entry ? { entry } : {});
  if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
  return loaded.document;
};
const root = (title: string, paths = "{}") => `openapi: 3.1.0\ninfo: {title: ${title}, version: '1'}\npaths: ${paths}`;
const refusal = async (entries: ZipEntry[], options = {}) => {
  const loaded = await open(entries, options);
  return loaded.ok ? undefined : loaded.diagnostics[0];
};

describe("a ZIP file", () => {
  it("is one document, whose references stay inside", async () => {
    const read = await document([
      { name: "api/", content: "" },
      { name: "api/openapi.yaml", content: root("Many", "{/pets: {$ref: 'paths/pets.yaml'}}") },
      {
        name: "api/paths/pets.yaml",
        content:
          "post: {requestBody: {content: {application/json: {schema: {$ref: '../../shared/my schemas.json#/Pet'}}}}}",
      },
      {
        name: "shared/my schemas.json",
        content: '{"Pet":{"type":"object","properties":{"name":{"type":"string"},"friend":{"$ref":"#/Pet"}}}}',
      },
      { name: "api/logo.png", content: new Uint8Array([0x89, 0x50]) },
      { name: "api/old.zip", content: zipOf([{ name: "openapi.json", content: "{}" }]) },
    ]);
    expect(read.title).toBe("Many");
    const { tools, operations } = compile(read);
    expect(operations).toMatchObject([{ key: "POST /pets", status: "ok" }]);
    expect(Object.keys(tools[0]?.inputSchema.properties as object)).toEqual(["name", "friend"]);
    expect(read.diagnostics).toEqual([]);
  });

  it.each<[string, ZipEntry[], string]>([
    [
      "the shallowest",
      [
        { name: "a/b/openapi.yaml", content: root("Deep") },
        { name: "a/spec.yaml", content: root("Shallow") },
      ],
      "Shallow",
    ],
    [
      "named openapi",
      [
        { name: "old.yaml", content: root("Old") },
        { name: "openapi.yaml", content: root("New") },
      ],
      "New",
    ],
    [
      "minified JSON",
      [
        { name: "x.json", content: '{"info":{"title":"Json","version":"1"},"paths":{},"openapi":"3.0.0"}' },
        { name: "y.json", content: "{}" },
      ],
      "Json",
    ],
    [
      "beside the rubbish of a Mac",
      [
        { name: "__MACOSX/._openapi.yaml", content: root("Rubbish") },
        { name: "x.yaml", content: root("Right") },
      ],
      "Right",
    ],
    [
      "a collection",
      [
        {
          name: "x.json",
          content: JSON.stringify({
            info: { name: "Coll", schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json" },
            item: [{ request: "https://a.example/x" }],
          }),
        },
      ],
      "Coll",
    ],
  ])("finds its document: %s", async (_name, entries, title) => {
    expect((await document(entries)).title).toBe(title);
  });

  it("asks which one is meant, and takes the answer", async () => {
    const entries = [
      { name: "v1/openapi.yaml", content: root("One") },
      { name: "v2/openapi.yaml", content: root("Two") },
    ];
    expect(await refusal(entries)).toMatchObject({
      code: "entry_ambiguous",
      candidates: ["v1/openapi.yaml", "v2/openapi.yaml"],
    });
    expect((await document(entries, "v2/openapi.yaml")).title).toBe("Two");
    expect(await refusal(entries, { entry: "v3/openapi.yaml" })).toMatchObject({
      code: "entry_not_found",
      message: expect.stringContaining("v1/openapi.yaml"),
    });
  });

  it("finds files by the name that they give themselves", async () => {
    const read = await document(
      [
        {
          name: "entry.yaml",
          content: `$self: https://api.example/v1/openapi\n${root("Self", "{/a: {get: {parameters: [{$ref: 'shared#/P'}, {$ref: 'https://api.example/v1/openapi#/components/parameters/Q'}]}}}").replace("3.1.0", "3.2.0")}\ncomponents: {parameters: {Q: {name: q, in: query, schema: {type: string}}}}`,
        },
        {
          name: "parts/x.yaml",
          content:
            "$self: https://api.example/v1/shared\nopenapi: 3.2.0\nP: {name: p, in: query, schema: {type: string}}",
        },
      ],
      "entry.yaml",
    );
    expect(Object.keys(compile(read).tools[0]?.inputSchema.properties as object).sort()).toEqual(["p", "q"]);
  });

  it("says which file is missing, and leaves addresses alone", async () => {
    const { diagnostics } = await document([
      {
        name: "openapi.yaml",
        content: root(
          "Gap",
          "{/a: {$ref: 'gone.yaml'}, /b: {$ref: 'https://allowed.example/b.yaml'}, /c: {$ref: 'file:///etc/passwd'}, /d: {$ref: '../../../etc/passwd'}}",
        ),
      },
    ]);
    expect(diagnostics).toMatchObject([
      { code: "reference_refused", message: expect.stringContaining("4 references of the document") },
    ]);
  });

  it.each<[string, ZipEntry[], Partial<LoadLimits>, string]>([
    ["nothing of use", [{ name: "readme.md", content: "x" }], {}, "archive_without_document"],
    ["no document", [{ name: "a.json", content: "{}" }], {}, "archive_without_document"],
    ["a path out of it", [{ name: "../../etc/cron.d/x.yaml", content: root("x") }], {}, "archive_unsafe_path"],
    ["an absolute path", [{ name: "/etc/x.yaml", content: root("x") }], {}, "archive_unsafe_path"],
    ["a path with a drive", [{ name: "C:\\x.yaml", content: root("x") }], {}, "archive_unsafe_path"],
    ["a password", [{ name: "x.yaml", content: root("x"), flags: 1 }], {}, "archive_encrypted"],
    ["too much", [{ name: "x.yaml", content: " ".repeat(300_000) }], { archiveBytesMax: 200_000 }, "archive_too_large"],
    ["a lie about its size", [{ name: "x.yaml", content: " ".repeat(3_000_000), size: 10 }], {}, "archive_broken"],
    [
      "too many files",
      Array.from({ length: 12 }, (_, index) => ({ name: `${index}.md`, content: "x" })),
      { archiveFilesMax: 10 },
      "archive_too_many_files",
    ],
    [
      "a document over the limit",
      [{ name: "x.yaml", content: root("x") }],
      { documentBytesMax: 20 },
      "document_too_large",
    ],
  ])("refuses %s", async (_name, entries, limits, code) => {
    // The limit of the document holds for the file in the archive, not for the archive.
    const content = zipOf(entries);
    const loaded = await load(
      { content },
      { fetch: never, limits: { ...limits, documentBytesMax: limits.documentBytesMax ?? 1_000_000 } },
    );
    expect(loaded).toMatchObject({ ok: false, diagnostics: [{ code, severity: "error" }] });
  });

  it("refuses what is cut off or broken", async () => {
    const content = zipOf([{ name: "openapi.yaml", content: root("x".repeat(500)) }]);
    for (const length of [4, 40, content.length - 30, content.length - 1])
      expect(await load({ content: content.slice(0, length) })).toMatchObject({
        ok: false,
        diagnostics: [{ code: "archive_broken" }],
      });
    const bent = content.slice();
    bent[60] = (bent[60] ?? 0) ^ 0xff;
    expect(await load({ content: bent })).toMatchObject({ ok: false, diagnostics: [{ code: "archive_broken" }] });
  });

  it("stops a bomb where its size passes the limit", async () => {
    const bomb = zipOf([{ name: "x.json", content: Buffer.alloc(80 * 1024 * 1024, 0x20), size: 70 * 1024 * 1024 - 1 }]);
    const taken = cpuTimer();
    expect(await load({ content: bomb })).toMatchObject({ ok: false, diagnostics: [{ code: "archive_too_large" }] });
    expect(taken()).toBeLessThan(1_000);
  });
});
