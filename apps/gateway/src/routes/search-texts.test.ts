import { publishServer, reviewPublish, updateServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callTool, rpc, startTestGateway, type TestGateway } from "../testing.ts";

let gateway: TestGateway;
let path: string;
let serverId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ path, serverId } = await gateway.publish({ slug: "notes" }));
});
afterAll(() => gateway?.close());

const toolsOf = async () => {
  const { body } = await rpc(gateway.app, path, "tools/list", {}, { authorization: `Bearer ${gateway.apiKey}` });
  return (body as { result: { tools: { name: string; description: string }[] } }).result.tools;
};
const publishWith = async (settings: object) => {
  const { ctx } = gateway;
  await updateServer({ ctx, input: { id: serverId, ...settings } });
  await publishServer({ ctx, input: { id: serverId } });
};
const search = async (args: object) =>
  (
    (await callTool(gateway.app, path, gateway.apiKey, args, "search_texts")).body as {
      result: { content: { text: string }[]; isError?: boolean };
    }
  ).result;

const house = {
  uri: "notes://house",
  name: "House rules",
  text: "# Quiet\n\nNobody may make noise after ten in the evening.\n\n# Keys\n\nLost keys are paid for by who lost them.",
};

describe("the texts of a server", () => {
  it("are searched once there are some and the builder wants it, by every client, whatever stands in for what", async () => {
    await publishWith({ searchTexts: true });
    expect((await toolsOf()).map(({ name }) => name)).not.toContain("search_texts");
    const { ctx } = gateway;
    expect(await reviewPublish({ ctx, input: { id: serverId } })).toMatchObject({ changes: { settings: [] } });

    await publishWith({ resources: [house], standInTools: false });
    const tool = (await toolsOf()).find(({ name }) => name === "search_texts");
    expect(tool?.description).toContain('"House rules"');
    const before = gateway.upstream.seen.length;
    const { content } = await search({ query: "who pays when I lose my key", limit: 1 });
    expect(content[0]?.text).toMatch(/^House rules: Keys\n\(uri: notes:\/\/house, from: \d+\)/);
    const from = Number(/from: (\d+)/.exec(content[0]?.text ?? "")?.[1]);
    expect((await search({ uri: house.uri, from })).content[0]?.text).toBe(house.text.slice(from));
    expect((await search({})).isError).toBe(true);
    expect(gateway.upstream.seen.length).toBe(before);
  });

  it("are as they were published", async () => {
    const { ctx } = gateway;
    await updateServer({ ctx, input: { id: serverId, resources: [{ ...house, text: "Zebras are allowed." }] } });
    expect((await search({ query: "zebras" })).content[0]?.text).toMatch(/^No passage is about/);
    await publishServer({ ctx, input: { id: serverId } });
    const found = async () => (await search({ query: "zebras" })).content[0]?.text;
    await expect.poll(found).toContain("Zebras are allowed.");
  });

  it("are searched no more when the builder says so", async () => {
    await publishWith({ searchTexts: false });
    expect((await toolsOf()).map(({ name }) => name)).not.toContain("search_texts");
  });
});
