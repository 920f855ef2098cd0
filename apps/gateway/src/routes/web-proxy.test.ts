import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bearer, host, inject, raw, rpc, startTestGateway, startUpstream, type TestGateway } from "../testing.ts";

let gateway: TestGateway;
let web: Awaited<ReturnType<typeof startUpstream>>;
let path: string;
let port: number;
beforeAll(async () => {
  web = await startUpstream();
  gateway = await startTestGateway({ webUrl: web.url });
  ({ path } = await gateway.publish({ slug: "notes" }));
  await gateway.app.listen({ port: 0, host: "127.0.0.1" });
  port = (gateway.app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  await gateway?.close();
  await web?.stop();
});

it("tells the web app who asked, in our words and not in the client's", async () => {
  const claimed = {
    "x-forwarded-for": "203.0.113.9",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "gopher",
    "x-real-ip": "203.0.113.9",
    "x-middleware-subrequest": "middleware",
    "x-original-url": "/admin",
    forwarded: "for=203.0.113.9",
  };
  await inject(gateway.app, { url: "/servers?x=1", headers: claimed });
  expect(web.seen.at(-1)).toMatchObject({
    url: "/servers?x=1",
    headers: { host, "x-forwarded-host": host, "x-forwarded-proto": "https", "x-forwarded-for": "127.0.0.1" },
  });
  expect(JSON.stringify(web.seen)).not.toMatch(/evil|203\.0\.113|gopher|middleware|admin/);
});

it.each(["//evil.example/x", "/\\evil.example/x", "/http://evil.example/x", "/@evil.example", "/..//evil.example"])(
  "goes to the web app and nowhere else for %s",
  async (target) => {
    const count = web.seen.length;
    const answer = await raw(port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    // Refused, or seen by the web app under our name.
    if (status < 400) expect(web.seen).toHaveLength(count + 1);
    expect(status).toBeLessThan(500);
    expect(web.seen.at(-1)?.headers.host).toBe(host);
  },
);

it("answers what is the gateway's by itself, and a foreign host not at all", async () => {
  const count = web.seen.length;
  expect((await rpc(gateway.app, path, "ping", {}, bearer(gateway.apiKey))).status).toBe(200);
  expect((await inject(gateway.app, { url: "/oauth/nothing" })).status).toBe(404);
  expect((await inject(gateway.app, { url: "/.well-known/oauth-authorization-server" })).status).toBe(200);
  expect((await inject(gateway.app, { url: "/servers", headers: { host: "evil.example" } })).status).toBe(421);
  expect(web.seen).toHaveLength(count);
});

it("says when to come back while the web app is away, whatever happened to the connection", async () => {
  web.state.delayMs = 500;
  const open = inject(gateway.app, { url: "/servers" });
  await new Promise((resolve) => setTimeout(resolve, 150));
  await web.stop();
  for (const answer of [await open, await inject(gateway.app, { url: "/api/v1/servers" })]) {
    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toBe("2");
    expect(answer.body).toMatchObject({ error: { code: "unavailable", message: expect.stringMatching(/again/) } });
  }
});
