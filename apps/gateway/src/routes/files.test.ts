import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFiles } from "../serving/files.ts";
import { bearer, callTool, host, openSession, publicUrl, rpc, startTestGateway, type TestGateway } from "../testing.ts";

const canary = "canary-upstream-0123456789";
const pdf = Buffer.concat([
  Buffer.from("%PDF-1.7\n"),
  Buffer.from(Array.from({ length: 2_500_000 }, (_, i) => i % 251)),
]);

let gateway: TestGateway;
let path: string;
let otherPath: string;
let serverId: string;
let other: FastifyInstance;
beforeAll(async () => {
  gateway = await startTestGateway();
  const credentials = { key: { type: "apiKey" as const, value: canary } };
  ({ path, serverId } = await gateway.publish({ slug: "notes", credentials }));
  ({ path: otherPath } = await gateway.publish({ slug: "other", credentials }));
  other = await gateway.openAnother();
});
afterAll(() => gateway?.close());
beforeEach(() => Object.assign(gateway.upstream.state, { type: "application/pdf", body: pdf }));

interface Block {
  type: string;
  text?: string;
  uri?: string;
}
const blocksOf = (answer: { body: unknown }) => (answer.body as { result: { content: Block[] } }).result.content;
const linkIn = (blocks: Block[]) =>
  /https:\/\/portico\.example\.com(\/files\/[\w-]{43})/.exec(blocks.map(({ text }) => text).join())?.[1] ?? "none";
const call = () => callTool(gateway.app, path, gateway.apiKey);
const fetchFile = (url: string, headers: Record<string, string> = {}, method: "GET" | "HEAD" = "GET", app = other) =>
  app.inject({ method, url, headers: { host, ...headers } });

describe("a file that cannot be shown", () => {
  it("is linked, and any process serves the link to whoever holds it", async () => {
    const link = linkIn(blocksOf(await call()));
    const file = await fetchFile(link);
    expect(file.statusCode).toBe(200);
    expect(file.rawPayload.equals(pdf)).toBe(true);
    expect(file.headers).toMatchObject({
      "content-type": "application/pdf",
      "content-length": String(pdf.length),
      "content-disposition": "attachment; filename=\"listNotes.pdf\"; filename*=UTF-8''listNotes.pdf",
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
      "content-security-policy": expect.stringContaining("sandbox"),
      "referrer-policy": "no-referrer",
    });
  });

  it("is a resource_link too, where the revision has it", async () => {
    const sid = await openSession(gateway.app, path, gateway.apiKey);
    const modern = await callTool(gateway.app, path, gateway.apiKey, {}, "listNotes", { "mcp-session-id": sid });
    expect(blocksOf(modern)[1]).toMatchObject({
      type: "resource_link",
      uri: publicUrl + linkIn(blocksOf(modern)),
      name: "listNotes.pdf",
      mimeType: "application/pdf",
      size: pdf.length,
    });
    expect(blocksOf(await call()).map(({ type }) => type)).toEqual(["text"]);
  });

  it("is answered to HEAD and in ranges", async () => {
    const link = linkIn(blocksOf(await call()));
    const head = await fetchFile(link, {}, "HEAD");
    expect([head.statusCode, head.headers["content-length"], head.rawPayload.length]).toEqual([
      200,
      String(pdf.length),
      0,
    ]);
    const total = pdf.length;
    for (const [range, start, end] of [
      ["bytes=0-9", 0, 10],
      ["bytes=1048570-1048590", 1_048_570, 1_048_591],
      ["bytes=-5", total - 5, total],
      [`bytes=${total - 1}-`, total - 1, total],
      ["bytes=5-99999999", 5, total],
    ] as const) {
      const part = await fetchFile(link, { range });
      expect([part.statusCode, part.headers["content-range"]]).toEqual([206, `bytes ${start}-${end - 1}/${total}`]);
      expect(part.rawPayload.equals(pdf.subarray(start, end))).toBe(true);
    }
    expect((await fetchFile(link, { range: `bytes=${total}-` })).statusCode).toBe(416);
    for (const range of ["bytes=0-1,3-4", "bytes=9-1", "pages=1-2", "bytes=-"])
      expect((await fetchFile(link, { range })).statusCode).toBe(200);
  });

  it("arrives whole through a socket", async () => {
    const link = linkIn(blocksOf(await call()));
    if (!other.server.listening) await other.listen({ port: 0, host: "127.0.0.1" });
    const { port } = other.server.address() as AddressInfo;
    const { request } = await import("node:http");
    const received = await new Promise<Buffer>((resolve, reject) => {
      request({ port, host: "127.0.0.1", path: link, headers: { host } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => resolve(Buffer.concat(chunks)));
      })
        .on("error", reject)
        .end();
    });
    expect(received.equals(pdf)).toBe(true);
  });
});

describe("a link", () => {
  it.each(["x".repeat(43), "short", "..%2f..%2fetc", "%00", "a".repeat(250), "__proto__"])(
    "that is not known is not found: %s",
    async (token) => {
      const answer = await fetchFile(`/files/${token}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toEqual({
        error: { code: "not_found", message: "This link is not known, or it has expired." },
      });
    },
  );

  it("that has expired is as if it had never been", async () => {
    const link = linkIn(blocksOf(await call()));
    await gateway.deps.db.stateEntry.updateMany({
      where: { key: { startsWith: "file:" } },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    const gone = await fetchFile(link);
    const unknown = await fetchFile(`/files/${"x".repeat(43)}`);
    expect([gone.statusCode, gone.body]).toEqual([404, unknown.body]);
  });

  it("stands in no log and not in the store, and the store holds no readable answer", async () => {
    gateway.upstream.state.body = Buffer.from("%PDF-readable-answer");
    const link = linkIn(blocksOf(await call()));
    await fetchFile(link, {}, "GET", gateway.app);
    await fetchFile(link.replace("/files", "/%66iles"), {}, "GET", gateway.app);
    const token = link.split("/").at(-1) ?? "";
    expect(gateway.lines.join("\n")).toContain("/files/[hidden]");
    expect(gateway.lines.join("\n")).not.toContain(token);
    const rows = await gateway.deps.db.stateEntry.findMany({ where: { key: { startsWith: "file:" } } });
    expect(rows.length).toBeGreaterThan(0);
    for (const { key, value } of rows) {
      expect(key + value).not.toContain(token);
      expect(Buffer.from(value, "base64").toString("latin1")).not.toMatch(/readable-answer|application\/pdf/);
      expect((await fetchFile(`/files/${key.split(":")[1]}`)).statusCode).toBe(404);
    }
  });

  it("is read through the protocol by its caller only", async () => {
    gateway.upstream.state.body = Buffer.from("%PDF-small");
    const uri = publicUrl + linkIn(blocksOf(await call()));
    const read = (at: string, given = uri) =>
      rpc(gateway.app, at, "resources/read", { uri: given }, bearer(gateway.apiKey));
    expect((await read(path)).body).toMatchObject({
      result: { contents: [{ uri, mimeType: "application/pdf", blob: Buffer.from("%PDF-small").toString("base64") }] },
    });
    expect((await read(otherPath)).body).toMatchObject({ error: { code: -32002 } });
    expect((await read(path, `${publicUrl}/files/${"x".repeat(43)}`)).body).toMatchObject({ error: { code: -32002 } });
  });
});

describe("a long text", () => {
  it("is shown in part and kept whole, without the credential that the API echoed", async () => {
    const long = JSON.stringify({ key: canary, items: Array.from({ length: 3_000 }, (_, i) => ({ i })) });
    Object.assign(gateway.upstream.state, { type: "application/json", body: long });
    const blocks = blocksOf(await call());
    expect(blocks.at(-1)?.text).toMatch(/^The whole answer \(\d+ kB\) is at https:\S+, for 15 minutes\.$/);
    const file = await fetchFile(linkIn(blocks));
    expect(file.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(file.body).toBe(long.replace(canary, "[hidden]"));
  });
});

describe("limits", () => {
  const owner = { serverId: "", principal: { kind: "anonymous" as const, subject: "" } };
  it("stop one server's files at 128 MB, and no other's", async () => {
    const files = createFiles(gateway.deps, () => {});
    const file = { data: Buffer.from("x"), mimeType: "text/plain", name: "x" };
    for (let i = 0; i < 128; i++) await gateway.deps.state.increment("files:srv_full", 60_000);
    expect(await files.keep(file, { ...owner, serverId: "srv_full" })).toMatchObject({
      refused: expect.stringContaining("128 MB"),
    });
    expect(await files.keep(file, { ...owner, serverId })).toMatchObject({ minutes: 15 });
    const large = { ...file, data: Buffer.alloc(8 * 1024 * 1024 + 1) };
    expect(await files.keep(large, { ...owner, serverId })).toMatchObject({ refused: expect.stringContaining("8 MB") });
  });

  it("a store that is away costs the link, not the answer", async () => {
    const errors: unknown[] = [];
    const state = { ...gateway.deps.state, set: () => Promise.reject(new Error("away")) };
    const files = createFiles({ ...gateway.deps, state }, (error) => errors.push(error));
    const file = { data: Buffer.from("x"), mimeType: "text/plain", name: "x" };
    expect(await files.keep(file, { ...owner, serverId })).toEqual({
      refused: "The whole answer could not be kept just now.",
    });
    expect(errors).toHaveLength(1);
  });
});
