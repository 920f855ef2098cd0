import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type Answer, getOf, type Seen, startServer } from "../testing.ts";
import type { Egress } from "../types.ts";
import { createEgress } from "./egress.ts";
import { retryAfterSeconds } from "./retry.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((stop) => stop()));
});
async function serve(answer: (seen: Seen) => Answer) {
  const server = await startServer(answer);
  open.push(server.stop);
  return server;
}

/** A server that speaks through bare sockets, and knows which of them are still there. */
async function serveRaw(onRequest: (socket: Socket, count: number) => void) {
  const sockets = new Set<Socket>();
  const state = { requests: 0, open: 0 };
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    state.open++;
    socket.on("error", () => {});
    socket.on("close", () => state.open--);
    socket.on("data", () => onRequest(socket, ++state.requests));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, state };
}

function egressOf(): Egress {
  const egress = createEgress({ allow: ["127.0.0.0/8"] });
  open.push(() => egress.close());
  return egress;
}

const text = "hello ".repeat(100);
const encode = {
  gzip: gzipSync(text),
  br: brotliCompressSync(text),
  deflate: deflateSync(text),
  zstd: zstdCompressSync(text),
};

describe("encodings", () => {
  it.each<[string, string, Uint8Array]>([
    ["gzip", "gzip", encode.gzip],
    ["x-gzip", "X-GZip", encode.gzip],
    ["br", "br", encode.br],
    ["zlib", "deflate", encode.deflate],
    ["bare deflate", "deflate", deflateRawSync(text)],
    ["zstd", "zstd", encode.zstd],
    ["two", "br, gzip", gzipSync(encode.br)],
    ["none at all", "identity", Buffer.from(text)],
  ])("decodes %s", async (_name, encoding, body) => {
    const server = await serve(() => ({ headers: { "content-encoding": encoding }, body }));
    const response = await egressOf().request(getOf(server.origin));
    expect(Buffer.from(response.body).toString()).toBe(text);
  });

  it.each([
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 200],
  ])("an empty answer to %s with %s is empty, not broken", async (method, status) => {
    const server = await serve(() => ({ status, headers: { "content-encoding": "gzip" } }));
    expect((await egressOf().request(getOf(server.origin, { method }))).bytes).toBe(0);
  });

  it.each<[string, string, Uint8Array, RegExp]>([
    ["gzip that is not", "gzip", Buffer.from('{"a":1}'), /cannot be decoded/],
    ["brotli that is not", "br", Buffer.from("plain text"), /cannot be decoded/],
    ["zstd that is not", "zstd", Buffer.from("plain text"), /cannot be decoded/],
    ["deflate that is not", "deflate", Buffer.from("plain text"), /cannot be decoded/],
    ["gzip said twice and done once", "gzip, gzip", encode.gzip, /cannot be decoded/],
    ["gzip cut short", "gzip", encode.gzip.subarray(0, -9), /before it was complete/],
    ["brotli cut short", "br", encode.br.subarray(0, -3), /before it was complete/],
    ["zstd cut short", "zstd", encode.zstd.subarray(0, -3), /before it was complete/],
    ["an unknown one", "compress", encode.gzip, /cannot be read here/],
    ["a chain of them", "gzip, gzip, gzip", encode.gzip, /cannot be read here/],
  ])("%s is a clear error", async (_name, encoding, body, message) => {
    const server = await serve(() => ({ headers: { "content-encoding": encoding }, body }));
    await expect(egressOf().request(getOf(server.origin))).rejects.toMatchObject({ code: "bad_answer", message });
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
    ["gzip, gzip", (bytes) => gzipSync(gzipSync(bytes))],
  ])("a bomb of %s ends at the cap", async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(20_000_000));
    const server = await serve(() => ({ headers: { "content-encoding": encoding }, body: bomb }));
    const response = await egressOf().request(getOf(server.origin), { bodyBytesMax: 5_000 });
    expect(response).toMatchObject({ truncated: true, bytes: 5_000 });
  });
});

describe("large answers", () => {
  const pieces = (socket: Socket, headers: string, write: (bytes: string) => string) => {
    socket.write(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`);
    for (let i = 0; i < 100; i++) socket.write(write(String(i % 10).repeat(10_000)));
  };
  const whole = Array.from({ length: 100 }, (_, i) => String(i % 10).repeat(10_000)).join("");

  it.each<[string, string, (bytes: string) => string]>([
    ["of a known length", "content-length: 1000000", (bytes) => bytes],
    ["in chunks", "transfer-encoding: chunked", (bytes) => `${bytes.length.toString(16)}\r\n${bytes}\r\n`],
  ])("%s are put together, and cut at the cap", async (_name, headers, write) => {
    const server = await serveRaw((socket) => {
      pieces(socket, headers, write);
      if (headers.startsWith("transfer")) socket.write("0\r\n\r\n");
    });
    const all = await egressOf().request(getOf(server.origin));
    expect(Buffer.from(all.body).toString() === whole).toBe(true);
    expect(all).toMatchObject({ truncated: false, bytes: 1_000_000 });
    const some = await egressOf().request(getOf(server.origin), { bodyBytesMax: 123_456 });
    expect(Buffer.from(some.body).toString() === whole.slice(0, 123_456)).toBe(true);
    expect(some).toMatchObject({ truncated: true, bytes: 123_456 });
  });

  it("that nobody can decode do not keep their connection", async () => {
    const server = await serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-encoding: compress\r\ncontent-length: 1000000\r\n\r\nx");
    });
    await expect(egressOf().request(getOf(server.origin))).rejects.toMatchObject({ code: "bad_answer" });
    await expect.poll(() => server.state.open).toBe(0);
  });
});

describe("hostile answers", () => {
  const drip = (socket: Socket, bytes: string) => {
    const timer = setInterval(() => socket.write(bytes), 10);
    socket.on("close", () => clearInterval(timer));
  };

  it("a slow drip ends at the deadline, and so does its socket", async () => {
    const server = await serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1000000\r\n\r\n");
      drip(socket, "x");
    });
    await expect(egressOf().request(getOf(server.origin), { timeoutMs: 200 })).rejects.toMatchObject({
      code: "timeout",
    });
    await expect.poll(() => server.state.open).toBe(0);
  });

  it("endless early hints end at the deadline", async () => {
    const server = await serveRaw((socket) => drip(socket, "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"));
    await expect(egressOf().request(getOf(server.origin), { timeoutMs: 200 })).rejects.toMatchObject({
      code: "timeout",
    });
    await expect.poll(() => server.state.open).toBe(0);
  });

  it.each([
    ["before the answer begins", ""],
    ["in the middle of it", "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nbeginning"],
    [
      "in the middle of a compressed one",
      "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1000\r\n\r\n\u0001",
    ],
  ])("closes the connection when the caller leaves %s", async (_name, start) => {
    const leaving = new AbortController();
    const server = await serveRaw((socket) => {
      socket.write(start, () => setTimeout(() => leaving.abort(), 30));
    });
    await expect(egressOf().request(getOf(server.origin), { signal: leaving.signal })).rejects.toMatchObject({
      code: "cancelled",
    });
    await expect.poll(() => server.state.open, { interval: 5 }).toBe(0);
    expect(server.state.requests).toBe(1);
  });

  it.each<[string, string, string, RegExp]>([
    [
      "a length that is not kept",
      "content-length: 100",
      "short",
      /closed the connection before its answer was complete/,
    ],
    ["chunks that stop", "transfer-encoding: chunked", "5\r\nhello\r\n", /closed the connection before/],
    ["chunks that are none", "transfer-encoding: chunked", "zzz\r\n", /not valid HTTP/],
    ["two lengths", "content-length: 1\r\ncontent-length: 2", "ab", /not valid HTTP/],
    ["a header with a bare line break", "x-a: b\nx-c: d\r", "", /not valid HTTP/],
    ["huge headers", `x-a: ${"a".repeat(50_000)}`, "", /headers of the API's answer are too large/],
  ])("%s is a clear error", async (_name, header, body, message) => {
    const server = await serveRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n${body}`));
    await expect(egressOf().request(getOf(server.origin, { method: "POST" }))).rejects.toMatchObject({
      code: "bad_answer",
      message,
    });
  });
});

describe("asking again", () => {
  const busyOnce = (status: number, after: string) => {
    let count = 0;
    return () => (++count === 1 ? { status, headers: { "retry-after": after } } : { body: "ok" });
  };

  it.each<[string, string, number, string, number, number]>([
    ["a read that may come back at once", "GET", 429, "0", 200, 2],
    ["one that only wants headers", "HEAD", 503, "0", 200, 2],
    ["a write", "POST", 429, "0", 429, 1],
    ["a deletion", "DELETE", 503, "0", 503, 1],
    ["a long wait", "GET", 429, "3600", 429, 1],
    ["no wait said", "GET", 503, "", 503, 1],
    ["another failure", "GET", 500, "0", 500, 1],
  ])("%s: %s after %s", async (_name, method, status, after, want, requests) => {
    const server = await serve(busyOnce(status, after));
    const response = await egressOf().request(getOf(server.origin, { method }));
    expect(response).toMatchObject({ status: want, retries: requests - 1 });
    expect(server.seen).toHaveLength(requests);
  });

  it("asks once after being told to wait, not for ever", async () => {
    const server = await serve(() => ({ status: 429, headers: { "retry-after": "0" } }));
    expect(await egressOf().request(getOf(server.origin))).toMatchObject({ status: 429, retries: 1 });
    expect(server.seen).toHaveLength(2);
  });

  it("does not wait beyond the deadline", async () => {
    const server = await serve(() => ({ status: 503, headers: { "retry-after": "2" } }));
    expect(await egressOf().request(getOf(server.origin), { timeoutMs: 1_500 })).toMatchObject({
      status: 503,
      retries: 0,
    });
  });

  it("leaves while waiting when the caller does", async () => {
    const leaving = new AbortController();
    const server = await serve(() => ({ status: 503, headers: { "retry-after": "4" } }));
    setTimeout(() => leaving.abort(), 50);
    await expect(egressOf().request(getOf(server.origin), { signal: leaving.signal })).rejects.toMatchObject({
      code: "cancelled",
    });
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ["GET", 1, 2],
    ["GET", 2, 3],
    ["POST", 1, 1],
  ])("%s with %s connections that break before an answer is sent %s times", async (method, broken, requests) => {
    const server = await serveRaw((socket, count) =>
      count <= broken ? socket.resetAndDestroy() : socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"),
    );
    const sent = egressOf().request(getOf(server.origin, { method }));
    if (requests > broken) expect(await sent).toMatchObject({ status: 200, retries: requests - 1 });
    else await expect(sent).rejects.toMatchObject({ code: "network", retries: 0 });
    expect(server.state.requests).toBe(requests);
  });

  it("never asks again once an answer has begun", async () => {
    const server = await serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", () =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      );
    });
    await expect(egressOf().request(getOf(server.origin))).rejects.toMatchObject({ code: "bad_answer" });
    expect(server.state.requests).toBe(1);
  });
});

it.each<[string | undefined, string | undefined, number | undefined]>([
  ["30", undefined, 30],
  [" 0 ", undefined, 0],
  ["Wed, 21 Oct 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 30],
  ["Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:29:00 GMT", 0],
  ["-1", undefined, undefined],
  ["soon", undefined, undefined],
  ["1e9", undefined, undefined],
  [undefined, undefined, undefined],
])("Retry-After: %s at %s is %s seconds", (after, date, want) => {
  expect(
    retryAfterSeconds({ ...(after === undefined ? {} : { "retry-after": after }), ...(date ? { date } : {}) }),
  ).toBe(want);
});
