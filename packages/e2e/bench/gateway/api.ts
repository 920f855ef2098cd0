/** What every contender calls: `GET /items-{number}/{id}` answers 1 KB of JSON, `/large` one of 50 MB. */
export const OPERATIONS = 60;
export const LARGE_BYTES = 50 * 1024 * 1024;
const ANSWER_BYTES = 1024;

/** One item as compact JSON of exactly 1 KB. */
export function itemOf(id: string): string {
  const item = { id, state: "open", owner: { name: "Ada", email: "ada@example.com" }, tags: ["a", "b"], text: "" };
  return JSON.stringify({ ...item, text: "x".repeat(ANSWER_BYTES - JSON.stringify(item).length) });
}

const LORE =
  "An item belongs to one organization and can be read by all of its members. It is kept for ninety days after it was closed, and what is changed meanwhile is in its history. ";

/** A document of sixty operations that describe themselves as APIs of companies do: tools/list is some 88 KB. */
export function itemsDocument(baseUrl: string): string {
  const text = (description: string, schema: object) => ({ description, schema });
  const operation = (number: number) => ({
    operationId: `readItem${number}`,
    summary: `Read an item of kind ${number}`,
    description: LORE.repeat(4),
    parameters: [
      { name: "id", in: "path", required: true, ...text("Which item.", { type: "string", maxLength: 40 }) },
      {
        name: "fields",
        in: "query",
        ...text(LORE, { type: "array", items: { type: "string", enum: ["text", "tags"] } }),
      },
      { name: "limit", in: "query", ...text("How many at most.", { type: "integer", minimum: 1, maximum: 100 }) },
      { name: "isOpen", in: "query", ...text("Leaves out closed items.", { type: "boolean" }) },
    ],
    responses: { 200: { description: "The item.", content: { "application/json": { schema: { type: "object" } } } } },
  });
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Items", version: "1" },
    servers: [{ url: baseUrl }],
    security: [{ key: [] }],
    paths: {
      ...Object.fromEntries(
        Array.from({ length: OPERATIONS - 1 }, (_, number) => [`/items-${number}/{id}`, { get: operation(number) }]),
      ),
      "/large": { get: { operationId: "readLarge", responses: { 200: { description: "Fifty megabytes." } } } },
    },
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  });
}
