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

const broken = 'openapi: 3.1.0\ninfo: {title: Pets, version: "1"}\npaths:\n  /pets:\n    get: {token: "s3cret-value"\n';

it("says in which line a document cannot be read, and shows it to nobody else", async () => {
  const { jobId } = await services.importDocument({ ctx: test.ctx, input: { source: { content: broken } } });
  await run(jobId);
  const { error } = await services.getJob({ ctx: test.ctx, input: { id: jobId } });
  expect(error).toMatchObject({
    code: "invalid_input",
    message: expect.stringMatching(
      /^Line 6, column 1: The document is not valid YAML: .* Close it, or indent the line\.$/,
    ),
    details: { diagnostics: [{ position: { line: 6, column: 1, excerpt: { firstLine: 4, mark: 0 } } }] },
  });
  expect(JSON.stringify(error)).toContain("s3cret-value");
  // Sealed in the row, as the source was.
  const row = await test.deps.db.job.findUniqueOrThrow({ where: { id: jobId } });
  expect(JSON.stringify({ ...row, payload: null })).not.toContain("s3cret");
  expect(Buffer.from(row.payload ?? []).toString("latin1")).not.toContain("s3cret");
  await expect(services.getJob({ ctx: test.stranger, input: { id: jobId } })).rejects.toMatchObject({
    code: "not_found",
  });
});

const limited = `openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: "https://pets.example.com"}]
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - in: query
        - $ref: "#/components/parameters/No"
      responses: {"200": {description: ok}}
`;

it("says where in the text its remarks are, and follows the text when only that is another", async () => {
  const validated: services.ValidateSource = async ({ text, file }) => [
    {
      ...finding,
      message: `${
        Buffer.from(text ?? [])
          .toString("utf8")
          .split("\n").length
      } lines of ${file ?? "it"}`,
    },
  ];
  const read = async (content: string, documentId?: string) => {
    const { jobId } = await services.importDocument({
      ctx: test.ctx,
      input: { source: { content }, ...(documentId ? { documentId } : {}) },
    });
    await services.runJob(test.deps, { jobId, compileSource: compileInProcess, validateSource: validated, onBug });
    const { result } = await services.getJob({ ctx: test.ctx, input: { id: jobId } });
    for (const { id } of await test.deps.db.job.findMany({ where: { kind: "validate-document", state: "queued" } }))
      await services.runJob(test.deps, {
        jobId: id,
        compileSource: compileInProcess,
        validateSource: validated,
        onBug,
      });
    return document(String(result?.documentId));
  };
  const linesOf = ({ diagnostics }: services.DocumentView) =>
    diagnostics.filter(({ pointer }) => pointer.includes("parameters")).map(({ position }) => position?.line);
  const first = await read(limited);
  expect(linesOf(first)).toEqual([9, 10]);
  expect(first.diagnostics.map(({ message }) => message)).toContain("12 lines of it");
  const [nameless] = first.diagnostics;
  expect(nameless?.position?.excerpt?.lines).toContain("        - in: query");
  const again = await read(`# Of our pets.\n${limited}`, first.id);
  expect(again.revisionId).toBe(first.revisionId);
  expect(linesOf(again)).toEqual([10, 11]);
  expect(again.diagnostics.map(({ message }) => message)).toContain("13 lines of it");
  const server = await services.createServer({
    ctx: test.ctx,
    input: { documentId: first.id, title: "Lines", select: "all" },
  });
  const { items } = await services.listDiagnostics({ ctx: test.ctx, input: { serverId: server.id } });
  expect(items.map(({ position }) => position?.line)).toEqual(expect.arrayContaining([10, 11]));
});
