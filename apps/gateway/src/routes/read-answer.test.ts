import { createApiKey, publishServer, updateServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callTool, rpc, startTestGateway, type TestGateway } from "../testing.ts";

const items = Array.from({ length: 3_000 }, (_, id) => ({ id, name: `Thing ${id}`, note: "y".repeat(60) }));
items[2_700] = { id: 2_700, name: "Needle", note: "in the hay" };
const whole = JSON.stringify(items);

let gateway: TestGateway;
let path: string;
let serverId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ path, serverId } = await gateway.publish({ slug: "notes" }));
  gateway.upstream.state.body = whole;
});
afterAll(() => gateway?.close());

const textsOf = ({ body }: { body: unknown }): string[] =>
  (body as { result: { content: { text?: string }[] } }).result.content.map(({ text = "" }) => text);
const read = (args: object, key = gateway.apiKey) => callTool(gateway.app, path, key, args, "read_answer");
const namesOf = async () => {
  const { body } = await rpc(gateway.app, path, "tools/list", {}, { authorization: `Bearer ${gateway.apiKey}` });
  return (body as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);
};

describe("an answer that is too long", () => {
  let url = "";

  it("is only to be downloaded unless the builder says otherwise", async () => {
    const texts = textsOf(await callTool(gateway.app, path, gateway.apiKey));
    expect(texts.at(-1)).toMatch(/for 15 minutes\.$/);
    expect(await namesOf()).not.toContain("read_answer");
  });

  it("is searched and read on with a tool that the result names", async () => {
    const { ctx } = gateway;
    await updateServer({ ctx, input: { id: serverId, readAnswers: true } });
    await publishServer({ ctx, input: { id: serverId } });
    expect(await namesOf()).toContain("read_answer");
    const texts = textsOf(await callTool(gateway.app, path, gateway.apiKey));
    expect(texts.join()).not.toContain("Needle");
    expect(texts.at(-1)).toMatch(/with read_answer\.$/);
    url = /https:\S+\/files\/[\w-]{43}/.exec(texts.at(-1) ?? "")?.[0] ?? "";
    const [found = ""] = textsOf(await read({ url, search: "needle" }));
    const at = Number(/^At (\d+): …/.exec(found)?.[1]);
    expect(whole.slice(at, at + 6)).toBe("Needle");
    expect(found).toContain("in the hay");
    const [part = "", where = ""] = textsOf(await read({ url, from: at, chars: 40 }));
    expect(part).toBe(whole.slice(at, at + 40));
    expect(where).toBe(`Characters ${at} to ${at + 40} of ${whole.length}. Go on with from: ${at + 40}.`);
    expect(textsOf(await read({ url, from: whole.length - 5 }))[1]).toMatch(/This is the end\.$/);
    expect(textsOf(await read({ url, search: "no such thing" }))[0]).toMatch(/does not stand in/);
  });

  it("goes on where a search had more than it shows", async () => {
    const lines = (textsOf(await read({ url, search: '"id"' }))[0] ?? "").split("\n");
    expect(lines).toHaveLength(21);
    const next = Number(/from: (\d+)\.$/.exec(lines.at(-1) ?? "")?.[1]);
    expect(whole.slice(next, next + 4)).toBe('"id"');
  });

  it("is nobody's who did not ask for it, and no way to anything else", async () => {
    const { ctx } = gateway;
    const { key } = await createApiKey({ ctx, input: { name: "other", scopes: ["call"] } });
    for (const [args, who] of [
      [{ url }, key],
      [{ url: url.replace(/.$/, "x") }, gateway.apiKey],
      [{ url: "https://portico.example.com/api/v1/servers" }, gateway.apiKey],
      [{ url: "file:///etc/passwd" }, gateway.apiKey],
      [{ url: "http://169.254.169.254/files/abc" }, gateway.apiKey],
    ] as const) {
      const answer = await read(args, who);
      expect(textsOf(answer)[0]).toMatch(/^There is no answer at this address/);
    }
  });

  it("is read within limits, whatever is asked for", async () => {
    expect(textsOf(await read({ url, from: -5, chars: 3 }))[0]).toBe(whole.slice(0, 3));
    expect(textsOf(await read({ url, from: 9e9 }))[1]).toMatch(/This is the end/);
    expect(textsOf(await read({ url, chars: 9e9 }))[0]).toHaveLength(20_000);
  });
});
