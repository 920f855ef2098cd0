import { decompress } from "@portico/db";
import type { Diagnostic } from "@portico/openapi";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

const onBug = () => {};
const finding: Diagnostic = {
  code: "specification",
  severity: "warning",
  pointer: "/info",
  message: "info lacks text.",
};
const validateSource: services.ValidateSource = async () => [finding];
let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

const run = (jobId: string) =>
  services.runJob(test.deps, { jobId, compileSource: compileInProcess, validateSource, onBug });
/** An import that has ended, and the check that it left behind. */
async function importPets() {
  const { jobId } = await services.importDocument({ ctx: test.ctx, input: { source: { content: petsDocument } } });
  await run(jobId);
  const { result } = await services.getJob({ ctx: test.ctx, input: { id: jobId } });
  const { documentId, revisionId } = result as { documentId: string; revisionId: string };
  const check = await test.deps.db.job.findFirstOrThrow({
    where: { kind: "validate-document", input: { path: ["revisionId"], equals: revisionId } },
  });
  return { documentId, checkId: check.id };
}
const document = (id: string) => services.getDocument({ ctx: test.ctx, input: { id } });

it("appends what the check finds to the revision, after the import has ended", async () => {
  const { documentId, checkId } = await importPets();
  expect(await document(documentId)).toMatchObject({ isValidated: false, diagnostics: [] });
  await run(checkId);
  expect(await document(documentId)).toMatchObject({ isValidated: true, diagnostics: [finding] });
  expect(await services.listFindings({ ctx: test.ctx, input: { documentId } })).toEqual({
    isValidated: true,
    items: [finding],
  });
  await expect(services.listFindings({ ctx: test.stranger, input: { documentId } })).rejects.toMatchObject({
    code: "not_found",
  });
});

it("checks again when the worker was killed in the middle", async () => {
  const { documentId, checkId } = await importPets();
  await test.deps.db.job.update({
    where: { id: checkId },
    data: { state: "running", attempts: 1, leaseUntil: new Date(0) },
  });
  expect(await services.reconcileJobs(test.deps)).toBeGreaterThanOrEqual(1);
  await run(checkId);
  expect((await document(documentId)).isValidated).toBe(true);
});

it("does no harm to the document when the check fails", async () => {
  const { documentId, checkId } = await importPets();
  const broken: services.ValidateSource = async () => {
    throw new Error("The validator is broken.");
  };
  for (let attempt = 0; attempt < 4; attempt++)
    await services.runJob(test.deps, {
      jobId: checkId,
      compileSource: compileInProcess,
      validateSource: broken,
      onBug,
    });
  expect(await services.getJob({ ctx: test.ctx, input: { id: checkId } })).toMatchObject({ state: "failed" });
  expect((await document(documentId)).operations).toHaveLength(3);
});

it("reads a file given in base64, and says what it was made of", async () => {
  const curl = Buffer.from("curl https://api.example.com/pets -H 'X-API-Key: 123456'").toString("base64");
  const input = { source: { content: curl, encoding: "base64" as const } };
  const { jobId } = await services.importDocument({ ctx: test.ctx, input });
  const waiting = await test.deps.db.job.findUniqueOrThrow({ where: { id: jobId } });
  const { payload } = waiting;
  // Sealed: neither the text nor its compressed form stands in the row.
  expect(payload?.length).toBeGreaterThan(20);
  await expect(decompress(payload ?? new Uint8Array())).rejects.toThrow();
  await run(jobId);
  const { result } = await services.getJob({ ctx: test.ctx, input: { id: jobId } });
  const view = await document(String(result?.documentId));
  expect(view).toMatchObject({ convertedFrom: "curl", format: "openapi-3.1" });
  const { source } = await test.deps.db.documentRevision.findUniqueOrThrow({ where: { id: view.revisionId } });
  expect(source).toBeTruthy();
  expect((await test.deps.db.job.findUniqueOrThrow({ where: { id: jobId } })).payload).toBeNull();
});

it.each([
  [{ content: "n0t*base64", encoding: "base64" as const }, /source\.content: this is not base64/],
  [{ content: "x".repeat(services.SOURCE_BYTES_MAX + 1) }, /source\.content: a document may have at most 32 MB/],
  [{ content: "{}", allowOrigins: ["ftp://files.example"] }, /source/],
])("refuses a source and says why: %#", async (source, message) => {
  await expect(services.importDocument({ ctx: test.ctx, input: { source } })).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringMatching(message),
  });
});
