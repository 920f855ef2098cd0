import { afterAll, beforeAll, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

async function read(content: string): Promise<string> {
  const { jobId } = await services.importDocument({ ctx: test.ctx, input: { source: { content } } });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug: () => {} });
  const { result } = await services.getJob({ ctx: test.ctx, input: { id: jobId } });
  return String(result?.documentId);
}

it("lists the documents of the organization with what is built from them, a page at a time", async () => {
  const [first, second] = [await read(petsDocument), await read(petsDocument)];
  await services.createServer({ ctx: test.ctx, input: { documentId: first, slug: "pets", select: "all" } });
  // Its first reading failed: there is nothing to show of it.
  await read("no document");

  const page = await services.listDocuments({ ctx: test.ctx, input: { limit: 1 } });
  expect(page).toMatchObject({ items: [{ id: second, servers: [] }], nextCursor: second });
  const rest = await services.listDocuments({ ctx: test.ctx, input: { cursor: second } });
  expect(rest).toMatchObject({
    items: [{ id: first, operationCount: 3, revision: { number: 1 }, sourceUrl: null, servers: [{ slug: "pets" }] }],
    nextCursor: null,
  });
  expect(rest.items).toHaveLength(1);
});

it("shows a stranger nothing", async () => {
  await read(petsDocument);
  expect(await services.listDocuments({ ctx: test.stranger, input: {} })).toEqual({ items: [], nextCursor: null });
});
