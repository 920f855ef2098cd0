import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

/** Real API descriptions, which are no part of this project. */
export const corpus = path.resolve(import.meta.dirname, "../../../../shared/corpus/dev");

/** The bytes of a document of the corpus; undefined when it is not there. */
export function readCorpus(file: string): Buffer | undefined {
  const found = path.join(corpus, file);
  if (!existsSync(found)) return undefined;
  const bytes = readFileSync(found);
  return file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}

const ERRORS = {
  400: "What was sent cannot be read.",
  401: "Nobody is signed in.",
  403: "Whoever is signed in may not do this.",
  404: "There is nothing of this name.",
  409: "Somebody else changed it at the same time.",
  422: "A value does not fit.",
  429: "Too many calls in too short a time.",
};
const OPERATIONS_PER_RESOURCE = 5;
const PROPERTIES = 18;
const LORE =
  "It can be read by everybody who may see the organization, and changed by its owners. Changes are kept for ninety days and can be undone within that time.";

/**
 * A document of a large company: every resource with its own schema of eighteen described properties, five
 * operations, their errors and examples, and references from resource to resource, so that following one leads
 * to many. Some 3 kB of JSON an operation; real documents have 3 to 11.
 */
export function largeDocument(operations: number): string {
  const resources = Math.ceil(operations / OPERATIONS_PER_RESOURCE);
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const schemas: Record<string, unknown> = {
    Error: {
      type: "object",
      properties: { code: { type: "string" }, message: { type: "string" }, field: { type: "string" } },
    },
  };
  const paths: Record<string, unknown> = {};
  const errors = Object.fromEntries(
    Object.entries(ERRORS).map(([status, description]) => [
      status,
      { description, content: { "application/json": { schema: ref("Error") } } },
    ]),
  );
  for (let index = 0; index < resources; index++) {
    const name = `Resource${index}`;
    const properties: Record<string, unknown> = {
      id: { type: "string", readOnly: true, description: `The identifier of this ${name}, given when it is created.` },
      owner: ref(`Resource${Math.floor(index / 3)}`),
      related: { type: "array", items: ref(`Resource${(index * 7) % resources}`) },
    };
    for (let number = 0; number < PROPERTIES - 3; number++) {
      properties[`field_${number}`] = {
        type: ["string", "integer", "boolean", "number"][number % 4],
        description: `What number ${number} of ${name} stands for, when it may be left out, and what is taken instead of it. ${LORE}`,
      };
    }
    schemas[name] = {
      type: "object",
      required: ["field_0", "field_1"],
      description: `One ${name} and all that belongs to it.`,
      properties,
    };
    const body = { required: true, content: { "application/json": { schema: ref(name) } } };
    const example = Object.fromEntries(
      Object.keys(properties).map((key, number) => [key, number % 3 === 0 ? number : `${name} ${key}`]),
    );
    const answer = (schema: unknown) => ({
      200: { description: `The ${name}.`, content: { "application/json": { schema, example } } },
      ...errors,
    });
    const describe = (verb: string) => ({
      tags: [`group-${index % 40}`],
      operationId: `${verb}${name}`,
      summary: `${verb} one ${name}`,
      description: `Does "${verb}" for a ${name}. It needs the permission to ${verb}, and it is counted in the quota of the organization that owns the ${name}. ${LORE}`,
    });
    const limit = {
      name: "limit",
      in: "query",
      description: "How many of them at most.",
      schema: { type: "integer", minimum: 1, maximum: 100 },
    };
    const cursor = {
      name: "cursor",
      in: "query",
      description: "Where the page before ended.",
      schema: { type: "string" },
    };
    const id = { name: "id", in: "path", required: true, description: `Which ${name}.`, schema: { type: "string" } };
    paths[`/group-${index % 40}/resources-${index}`] = {
      get: { ...describe("list"), parameters: [limit, cursor], responses: answer({ type: "array", items: ref(name) }) },
      post: { ...describe("create"), requestBody: body, responses: answer(ref(name)) },
    };
    paths[`/group-${index % 40}/resources-${index}/{id}`] = {
      parameters: [id],
      get: { ...describe("read"), responses: answer(ref(name)) },
      put: { ...describe("replace"), requestBody: body, responses: answer(ref(name)) },
      delete: { ...describe("delete"), responses: { 204: { description: "It is gone." } } },
    };
  }
  return JSON.stringify({
    openapi: "3.0.3",
    info: { title: "Large", version: "1" },
    servers: [{ url: "https://api.example.com/v1" }],
    paths,
    components: { schemas },
  });
}
