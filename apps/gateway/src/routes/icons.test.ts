import { publishServer, updateServer } from "@portico/services";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bearer, inject, publicUrl, rpc, startTestGateway, type TestGateway } from "../testing.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.close());

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

async function publish(slug: string, icon: string) {
  const { path, serverId: id } = await gateway.publish({ slug });
  await updateServer({ ctx: gateway.ctx, input: { id, icon } });
  const { id: versionId } = await publishServer({ ctx: gateway.ctx, input: { id } });
  return { path, versionId };
}

async function iconsOf(path: string, protocolVersion = "2025-11-25") {
  const hello = { protocolVersion, capabilities: {}, clientInfo: { name: "t", version: "1" } };
  const { body } = await rpc(gateway.app, path, "initialize", hello, bearer(gateway.apiKey));
  return (body as { result: { serverInfo: { icons?: { src: string }[] } } }).result.serverInfo.icons;
}

it("is served by the gateway, so that nothing in it runs, to whoever knows its version", async () => {
  const { path, versionId } = await publish("drawn", `data:image/svg+xml;base64,${btoa(svg)}`);
  await expect
    .poll(() => iconsOf(path))
    .toEqual([{ src: `${publicUrl}/icons/${versionId}`, mimeType: "image/svg+xml", sizes: ["any"] }]);
  expect(await iconsOf(path, "2025-06-18")).toBeUndefined();
  const answer = await inject(gateway.app, { method: "GET", url: `/icons/${versionId}` });
  expect(answer).toMatchObject({ status: 200, text: svg });
  expect(answer.headers).toMatchObject({
    "content-type": expect.stringContaining("image/svg+xml"),
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringMatching(/^sandbox; default-src 'none'/),
  });
});

it("at an address stays there", async () => {
  const { path, versionId } = await publish("linked", "https://example.com/icon.png");
  await expect.poll(() => iconsOf(path)).toEqual([{ src: "https://example.com/icon.png" }]);
  expect((await inject(gateway.app, { method: "GET", url: `/icons/${versionId}` })).status).toBe(404);
});

it.each(["ver_nothing", "%00", "..%2f", "a%20b"])("is not found at /icons/%s", async (version) => {
  expect((await inject(gateway.app, { method: "GET", url: `/icons/${version}` })).status).toBe(404);
});
