import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type Answer, getOf, type Seen, startServer } from "../testing.ts";
import type { Egress } from "../types.ts";
import { createEgress } from "./egress.ts";

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((item) => item.stop()));
});
const serve = async (answer: (seen: Seen) => Answer) => {
  const server = await startServer(answer);
  open.push(server);
  return server;
};
const egressOf = (allow: string[] = ["127.0.0.0/8"], allowHosts: string[] = []): Egress => {
  const egress = createEgress({ allow, allowHosts });
  open.push({ stop: () => egress.close() });
  return egress;
};

describe("the guard", () => {
  it.each([
    "127.0.0.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "localhost",
    "１２７.0.0.1",
    "0",
  ])("opens no connection to %s", async (host) => {
    const server = await serve(() => ({}));
    const url = server.origin.replace("127.0.0.1", host);
    await expect(egressOf([]).request(getOf(url))).rejects.toMatchObject({ code: "blocked" });
    expect(server.state.connections).toBe(0);
  });

  it.each(["file:///etc/passwd", "ftp://a.example/", "http://u:p@a.example/", "nonsense"])(
    "refuses %s",
    async (url) => {
      await expect(egressOf([]).request(getOf(url))).rejects.toMatchObject({ name: "UpstreamError" });
      await expect(egressOf([]).fetch(url)).rejects.toMatchObject({ name: "UpstreamError" });
    },
  );

  it("is passed by listed networks and hosts only", async () => {
    const server = await serve(() => ({ body: "ok" }));
    const named = server.origin.replace("127.0.0.1", "localhost");
    await expect(egressOf(["10.0.0.0/8"]).request(getOf(server.origin))).rejects.toMatchObject({ code: "blocked" });
    expect((await egressOf().request(getOf(named))).status).toBe(200);
    for (const origin of [named, server.origin]) {
      expect((await egressOf([], [new URL(origin).host]).request(getOf(origin))).status).toBe(200);
      await expect(
        egressOf([], [new URL(origin).hostname, `${new URL(origin).hostname}:1`]).request(getOf(origin)),
      ).rejects.toMatchObject({ code: "blocked" });
    }
  });

  it("stands at every hop", async () => {
    const inner = await serve(() => ({ body: "secret" }));
    const port = new URL(inner.origin).port;
    const outer = await serve(() => ({ status: 302, headers: { location: `http://127.0.0.2:${port}/` } }));
    await expect(egressOf(["127.0.0.1/32"]).fetch(outer.origin)).rejects.toMatchObject({ code: "blocked" });
    expect(inner.state.connections).toBe(0);
  });
});

describe("redirects", () => {
  it("keep credentials on the origin and lose them beyond it", async () => {
    const other = await serve(() => ({ body: "end" }));
    const server = await serve((seen) =>
      seen.url === "/a"
        ? { status: 302, headers: { location: "/b" } }
        : { status: 307, headers: { location: `${other.origin}/c` } },
    );
    const headers: [string, string][] = [
      ["authorization", "Bearer T"],
      ["x-key", "K"],
      ["cookie", "s=1"],
      ["accept", "text/plain"],
    ];
    const response = await egressOf().request(getOf(`${server.origin}/a`, { headers }));
    expect(response.url).toBe(`${other.origin}/c`);
    expect(server.seen[1]?.headers).toMatchObject({ authorization: "Bearer T", "x-key": "K" });
    expect(Object.keys(other.seen[0]?.headers ?? {}).sort()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  it("end after three", async () => {
    const server = await serve((seen) => ({ status: 302, headers: { location: `${seen.url}x` } }));
    await expect(egressOf().request(getOf(`${server.origin}/`))).rejects.toMatchObject({ code: "too_many_redirects" });
    expect(server.seen).toHaveLength(4);
  });

  it.each([
    [301, "POST", 1],
    [302, "POST", 1],
    [303, "POST", 2],
    [307, "POST", 2],
    [307, "DELETE", 2],
  ])("%s of %s makes %s requests", async (status, method, count) => {
    const server = await serve((seen) => (seen.url === "/a" ? { status, headers: { location: "/b" } } : {}));
    await egressOf().request(
      getOf(`${server.origin}/a`, { method, body: "x", headers: [["content-type", "text/plain"]] }),
    );
    expect(server.seen).toHaveLength(count);
    if (status === 303) expect(server.seen[1]).toMatchObject({ method: "GET", body: "" });
    if (status === 307) expect(server.seen[1]).toMatchObject({ method, body: "x" });
  });

  it("never take a body to another origin", async () => {
    const other = await serve(() => ({}));
    const server = await serve(() => ({ status: 307, headers: { location: other.origin } }));
    expect((await egressOf().request(getOf(server.origin, { method: "POST", body: "x" }))).status).toBe(307);
    expect(other.seen).toHaveLength(0);
  });
});

describe("limits", () => {
  it("counts decoded bytes", async () => {
    const server = await serve(() => ({
      headers: { "content-encoding": "gzip" },
      body: gzipSync(Buffer.alloc(50_000_000)),
    }));
    const response = await egressOf().request(getOf(server.origin), { bodyBytesMax: 1_000 });
    expect(response).toMatchObject({ truncated: true, bytes: 1_000 });
  });

  it("decodes what it asked for", async () => {
    const server = await serve(() => ({ headers: { "content-encoding": "gzip" }, body: gzipSync("hello") }));
    expect(Buffer.from((await egressOf().request(getOf(server.origin))).body).toString()).toBe("hello");
  });

  it("ends at the deadline and when the caller leaves", async () => {
    const server = await serve(() => ({ delayMs: 2_000 }));
    await expect(egressOf().request(getOf(server.origin), { timeoutMs: 50 })).rejects.toMatchObject({
      code: "timeout",
    });
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 50);
    await expect(egressOf().request(getOf(server.origin), { signal: leaving.signal })).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  it("names what went wrong on the network", async () => {
    await expect(egressOf().request(getOf("http://127.0.0.1:1/"))).rejects.toMatchObject({
      code: "network",
      message: "The API refused the connection.",
    });
    await expect(egressOf().request(getOf("http://nowhere.invalid/"))).rejects.toMatchObject({ code: "network" });
  });
});

it("fetch answers as the platform's does", async () => {
  const server = await serve(
    (seen): Answer =>
      seen.url === "/a"
        ? { status: 302, headers: { location: "/b" } }
        : { body: '{"a":1}', headers: { "content-type": "application/json" } },
  );
  const response = await egressOf().fetch(`${server.origin}/a`);
  expect(response.url).toBe(`${server.origin}/b`);
  expect(await response.json()).toEqual({ a: 1 });
});
