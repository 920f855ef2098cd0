import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

async function publish(slug: string, info: object = {}): Promise<string> {
  const { ctx, deps } = test;
  const document = JSON.parse(petsDocument);
  const content = JSON.stringify({ ...document, info: { ...document.info, ...info } });
  const { jobId } = await services.publishSource({ ctx, input: { source: { content }, select: "all", slug } });
  await services.runJob(deps, { jobId, compileSource: compileInProcess, onBug: () => {} });
  return (await services.getServer({ ctx, input: { id: slug } })).id;
}

const dataUri = (type: string, bytes: Uint8Array | string) =>
  `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
const png = Buffer.from("\x89PNG\r\n\x1a\n and so on", "latin1");
const servedIcon = async (id: string) => {
  const { publishedVersionId } = await services.getServer({ ctx: test.ctx, input: { id } });
  return (await services.loadVersion(test.deps, publishedVersionId ?? ""))?.manifest.icon;
};
const pendingOf = async (serverId: string) =>
  (await services.compareDraft({ ctx: test.ctx, input: { serverId } }))?.settings;

describe("an icon", () => {
  it("is frozen with the version, shows as a change of the draft, and can be taken away", async () => {
    const id = await publish("pets");
    const { ctx } = test;
    expect(await servedIcon(id)).toBeUndefined();
    const icon = dataUri("image/png", png);
    expect(await services.updateServer({ ctx, input: { id, icon } })).toMatchObject({ icon });
    expect(await pendingOf(id)).toEqual(["icon"]);
    await services.publishServer({ ctx, input: { id } });
    expect(await servedIcon(id)).toBe(icon);
    expect(await pendingOf(id)).toEqual([]);
    expect(await publish("pets")).toBe(id);
    expect(await servedIcon(id)).toBe(icon);
    await services.updateServer({ ctx, input: { id, icon: null } });
    await services.publishServer({ ctx, input: { id } });
    expect(await servedIcon(id)).toBeUndefined();
  });

  it("is the document's logo until there is one of the server's own", async () => {
    const id = await publish("logo", { "x-logo": { url: "https://pets.example.com/logo.png" } });
    expect(await servedIcon(id)).toBe("https://pets.example.com/logo.png");
    expect(await pendingOf(id)).toEqual([]);
    const { ctx } = test;
    await services.updateServer({ ctx, input: { id, icon: "https://example.com/own.png" } });
    await services.publishServer({ ctx, input: { id } });
    expect(await servedIcon(id)).toBe("https://example.com/own.png");
  });

  it.each([
    ["a PNG", dataUri("image/png", png)],
    ["a JPEG", dataUri("image/jpeg", Buffer.from("\xff\xd8\xff\xe0", "latin1"))],
    ["an SVG", dataUri("image/svg+xml", '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["an address", "https://example.com/icon.png"],
  ])("may be %s", async (_name, icon) => {
    const { ctx } = test;
    expect(await services.updateServer({ ctx, input: { id: "pets", icon } })).toMatchObject({ icon });
  });

  it.each([
    ["an address without encryption", "http://example.com/icon.png", "https://"],
    ["an address with a password", "https://a:b@example.com/icon.png", "https://"],
    ["a script", "javascript:alert(1)", "https://"],
    ["a page that calls itself a PNG", dataUri("image/png", "<script>alert(1)</script>"), "no PNG"],
    ["a page that calls itself an SVG", dataUri("image/svg+xml", "<html></html>"), "no PNG"],
    ["a page", dataUri("text/html", "<svg></svg>"), "no PNG"],
    ["what is not base64", "data:image/png;base64,%%%", "no PNG"],
    ["a picture of 33 KB", dataUri("image/png", Buffer.concat([png, Buffer.alloc(33 * 1024)])), "32 KB"],
    ["a picture of 3 MB", dataUri("image/png", Buffer.concat([png, Buffer.alloc(3 * 1024 * 1024)])), "32 KB"],
  ])("is refused: %s", async (_name, icon, words) => {
    await expect(services.updateServer({ ctx: test.ctx, input: { id: "pets", icon } })).rejects.toMatchObject({
      code: "invalid_input",
      details: { issues: [{ field: "icon", message: expect.stringContaining(words) }] },
    });
  });
});
