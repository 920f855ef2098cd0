import http from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { getOf } from "../testing.ts";
import { createEgress } from "./egress.ts";
import { guardedStreamingFetch } from "./guarded-fetch.ts";

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((item) => item.stop()));
});

/** A server that answers as it is told, and knows how many connections were made and left. */
async function serve(answer: http.RequestListener) {
  const server = http.createServer(answer);
  const state = { connections: 0, left: 0 };
  server.on("connection", (socket) => {
    state.connections++;
    socket.on("close", () => state.left++);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  open.push({
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, state };
}

const egressOf = (allow: string[] = ["127.0.0.0/8"]) => {
  const egress = createEgress({ allow });
  open.push({ stop: () => egress.close() });
  return egress;
};
const textOf = async (body: AsyncIterable<Uint8Array>) => {
  let text = "";
  for await (const chunk of body) text += Buffer.from(chunk).toString();
  return text;
};

describe("a streamed answer", () => {
  it("is read as it comes, before it has ended", async () => {
    let more = () => {};
    const { origin } = await serve((_request, response) => {
      response.write("one ");
      more = () => response.end("two");
    });
    const { status, body } = await egressOf().stream(getOf(origin));
    expect(status).toBe(200);
    const { value } = await body.next();
    expect(Buffer.from(value ?? []).toString()).toBe("one ");
    more();
    expect(await textOf(body)).toBe("two");
  });

  it.each(["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])("opens no connection to %s", async (host) => {
    const { origin, state } = await serve((_request, response) => response.end());
    await expect(egressOf([]).stream(getOf(origin.replace("127.0.0.1", host)))).rejects.toMatchObject({
      code: "blocked",
    });
    expect(state.connections).toBe(0);
  });

  it("follows no redirect, and nothing is sent twice", async () => {
    const seen: string[] = [];
    const { origin } = await serve((request, response) => {
      seen.push(request.url ?? "");
      response.writeHead(307, { location: "/elsewhere" }).end();
    });
    const { status, body } = await egressOf().stream(
      getOf(`${origin}/a`, { headers: [["authorization", "Bearer T"]] }),
    );
    await textOf(body);
    expect([status, seen]).toEqual([307, ["/a"]]);
  });

  it("ends at its limit, in silence, at the deadline, and when whoever reads it leaves", async () => {
    const { origin, state } = await serve((request, response) => {
      response.write("x".repeat(1_000));
      if (request.url === "/long") response.end("x".repeat(1_000));
    });
    const { stream } = egressOf();
    const end = async (path: string, options: Parameters<typeof stream>[1]) =>
      textOf((await stream(getOf(origin + path), options)).body);
    await expect(end("/long", { bodyBytesMax: 1_500 })).rejects.toMatchObject({ code: "too_large" });
    await expect(end("/", { timeoutMs: 100 })).rejects.toMatchObject({ code: "timeout" });
    await expect(end("/", { idleMs: 100 })).rejects.toMatchObject({ code: "timeout" });
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 50);
    await expect(end("/", { signal: leaving.signal })).rejects.toMatchObject({ code: "cancelled" });
    const given = await stream(getOf(origin));
    await given.body.return?.();
    await expect.poll(() => state.left).toBe(state.connections);
  });

  it("that is encoded, or breaks off, is an error that says so", async () => {
    const { origin } = await serve((request, response) => {
      expect(request.headers["accept-encoding"]).toBe("identity");
      if (request.url === "/gzip") return response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x"));
      response.writeHead(200, { "content-length": "100" }).write("x");
      setTimeout(() => response.destroy(), 20);
    });
    const { stream } = egressOf();
    await expect(stream(getOf(`${origin}/gzip`))).rejects.toMatchObject({ code: "bad_answer" });
    const { body } = await stream(getOf(origin));
    await expect(textOf(body)).rejects.toMatchObject({ code: "bad_answer" });
  });
});

it("guardedStreamingFetch is a fetch whose response can be read as it comes", async () => {
  const { origin } = await serve(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    if (request.url === "/none") return response.writeHead(204).end();
    response
      .writeHead(200, { "content-type": "text/event-stream", "x-method": request.method })
      .end(`data: ${text}\n\n`);
  });
  const fetch = guardedStreamingFetch(egressOf(), { timeoutMs: 5_000, idleMs: 5_000, bodyBytesMax: 1_000 });
  const response = await fetch(`${origin}/`, { method: "POST", body: "hello" });
  expect(response.headers.get("x-method")).toBe("POST");
  expect(await response.text()).toBe("data: hello\n\n");
  expect((await fetch(`${origin}/none`)).status).toBe(204);
  await expect(fetch(`${origin}/`, { method: "POST", body: new Uint8Array(1) })).rejects.toThrow(/text/);
});
