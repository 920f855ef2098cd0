import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import type { LoadLimits, Source } from "../types.ts";
import { load } from "./load.ts";

const home = "https://api.example/v1/openapi.yaml";
const read = async (
  files: Record<string, string>,
  limits: Partial<LoadLimits> = {},
  source: Source = { url: home },
) => {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return new Response(files[url] ?? "no", { status: files[url] === undefined ? 404 : 200 });
  };
  const loaded = await load(source, { fetch, limits });
  if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
  return { asked, document: loaded.document, codes: loaded.document.diagnostics.map(({ code }) => code) };
};
const withSchema = (schema: string, head = "openapi: 3.1.0", tail = "") =>
  `${head}\npaths: {/a: {post: {requestBody: {content: {application/json: {schema: ${schema}}}}}}}\n${tail}`;
const argumentsOf = (document: Parameters<typeof compile>[0]) =>
  Object.keys((compile(document).tools[0]?.inputSchema.properties as object | undefined) ?? {});
const pet = "{type: object, properties: {pet: {type: string}}}";

describe("references", () => {
  it.each<[string, string, string]>([
    ["relative", "'pets.yaml#/P'", "https://api.example/v1/pets.yaml"],
    ["from the root", "'/pets.yaml#/P'", "https://api.example/pets.yaml"],
    [
      "written out, in the same folder",
      "'https://api.example/v1/x/pets.yaml#/P'",
      "https://api.example/v1/x/pets.yaml",
    ],
  ])("are followed: %s", async (_name, ref, url) => {
    const { asked, document, codes } = await read({ [home]: withSchema(`{$ref: ${ref}}`), [url]: `P: ${pet}` });
    expect(asked).toEqual([home, url]);
    expect(argumentsOf(document)).toEqual(["pet"]);
    expect(codes).toEqual([]);
  });

  it.each([
    "https://api.example/internal.json#/P",
    "//api.example/internal.json#/P",
    "https://api.example/v1x/a.json#/P",
  ])("written out and leaving the folder need to be allowed: %s", async (ref) => {
    const url = new URL(ref.replace(/#.*/, ""), home).href;
    const files = { [home]: withSchema(`{$ref: '${ref}'}`), [url]: `P: ${pet}` };
    const refused = await read(files);
    expect(refused.asked).toEqual([home]);
    expect(refused.document.diagnostics).toMatchObject([{ code: "reference_refused", origin: "https://api.example" }]);
    const allowed = await read(files, { externalOrigins: ["https://api.example"] });
    expect(argumentsOf(allowed.document)).toEqual(["pet"]);
  });

  it("to another origin are followed when it is allowed, and say which one to allow when not", async () => {
    const files = {
      [home]: withSchema("{$ref: 'https://other.example/pets.yaml#/P'}"),
      "https://other.example/pets.yaml": `P: {$ref: 'more.yaml#/Q'}`,
      "https://other.example/more.yaml": `Q: ${pet}`,
    };
    const refused = await read(files);
    expect(refused.asked).toEqual([home]);
    expect(refused.document.diagnostics).toMatchObject([
      { code: "reference_refused", severity: "warning", origin: "https://other.example" },
    ]);
    const allowed = await read(files, { externalOrigins: ["https://other.example"] });
    expect(argumentsOf(allowed.document)).toEqual(["pet"]);
    expect(allowed.codes).toEqual([]);
    const pasted = await read(
      files,
      { externalOrigins: ["https://other.example"] },
      { content: files[home] as string },
    );
    expect(argumentsOf(pasted.document)).toEqual(["pet"]);
  });

  it("of a pasted text say what to do", async () => {
    const { document, asked } = await read({}, {}, { content: withSchema("{$ref: 'pets.yaml#/P'}") });
    expect(asked).toEqual([]);
    expect(document.diagnostics).toMatchObject([
      { code: "reference_refused", message: expect.stringContaining("all its files as one ZIP") },
    ]);
  });

  it.each(["file:///etc/passwd", "https://u:p@api.example/x.yaml", "ftp://api.example/x", "data:,x", "urn:x:y"])(
    "never lead to %s",
    async (ref) => {
      const { asked, codes } = await read({ [home]: withSchema(`{$ref: '${ref}'}`) }, { externalOrigins: ["null"] });
      expect(asked).toEqual([home]);
      expect(codes).toEqual(["reference_refused"]);
    },
  );

  it("in examples are data", async () => {
    const { codes, document } = await read({
      [home]: withSchema(
        `{type: object, example: {$ref: 'https://x.example/1'}, properties: {example: {$ref: '#/components/schemas/P'}}}`,
        undefined,
        `components: {schemas: {P: {type: string}}}`,
      ),
    });
    expect(codes).toEqual([]);
    expect(argumentsOf(document)).toEqual(["example"]);
  });
});

describe("$self", () => {
  it("is what references are relative to", async () => {
    const { document, asked, codes } = await read({
      [home]: withSchema("{$ref: 'pets.yaml#/P'}", "openapi: 3.2.0\n$self: /descriptions/openapi.yaml"),
      "https://api.example/descriptions/pets.yaml": `P: ${pet}`,
    });
    expect(asked).toEqual([home, "https://api.example/descriptions/pets.yaml"]);
    expect(argumentsOf(document)).toEqual(["pet"]);
    expect(codes).toEqual([]);
  });

  it("is a name of the document itself", async () => {
    const { document, asked } = await read({
      [home]: withSchema(
        "{$ref: 'https://names.example/api#/components/schemas/P'}",
        "openapi: 3.2.0\n$self: https://names.example/api",
        `components: {schemas: {P: ${pet}}}`,
      ),
    });
    expect(asked).toEqual([home]);
    expect(argumentsOf(document)).toEqual(["pet"]);
  });

  it("of another place gives no right to read there; the files beside the document are read instead", async () => {
    const { document, asked } = await read({
      [home]: withSchema("{$ref: 'pets.yaml#/P'}", "openapi: 3.2.0\n$self: https://names.example/api"),
      "https://api.example/v1/pets.yaml": `P: ${pet}`,
    });
    expect(asked).toEqual([home, "https://api.example/v1/pets.yaml"]);
    expect(argumentsOf(document)).toEqual(["pet"]);
  });
});

describe("$id", () => {
  it.each<[string, string]>([
    ["names a schema, absolute", "{$ref: 'https://names.example/schemas/pet'}"],
    ["names a schema, with a fragment", "{$ref: 'https://names.example/schemas/pet#/$defs/Inner'}"],
    ["is what references in it are relative to", "{$id: 'https://names.example/schemas/root', $ref: 'pet'}"],
  ])("%s", async (_name, schema) => {
    const { document, asked, codes } = await read({
      [home]: withSchema(
        schema,
        undefined,
        `components: {schemas: {Pet: {$id: 'https://names.example/schemas/pet', type: object, properties: {pet: {type: string}}, $defs: {Inner: ${pet}}}}}`,
      ),
    });
    expect(asked).toEqual([home]);
    expect(codes).toEqual([]);
    expect(argumentsOf(document)).toEqual(["pet"]);
  });

  it("is where #/… starts, unless only the document has what it names", async () => {
    const schema = (ref: string) =>
      `{$id: 'https://names.example/x', type: object, properties: {pet: {$ref: '${ref}'}}, $defs: {Own: {type: integer}}}`;
    for (const [ref, type] of [
      ["#/$defs/Own", "integer"],
      ["#/components/schemas/P", "string"],
    ] as const) {
      const { document } = await read({
        [home]: withSchema(schema(ref), undefined, "components: {schemas: {P: {type: string}}}"),
      });
      expect(compile(document).tools[0]?.inputSchema.properties).toMatchObject({ pet: { type } });
    }
  });

  it("is never fetched", async () => {
    const { asked } = await read({ [home]: withSchema(`{$id: 'https://api.example/v1/x.yaml', type: object}`) });
    expect(asked).toEqual([home]);
  });
});
