import { overrideTool, publishServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Asked,
  type ClientKind,
  type ClientSide,
  clientKinds,
  connectClient,
  type ToolAnswer,
} from "./clients.ts";
import { type Recorder, startRecorder } from "./recorder.ts";
import { startTwoProcesses, type TwoProcesses } from "./two-processes.ts";

let processes: TwoProcesses;
let recorder: Recorder;

const ordersDocument = (baseUrl: string) => {
  const query = (name: string, schema: object, required = false) => ({ name, in: "query", required, schema });
  const size = query("size", { type: "string", enum: ["small", "large"] }, true);
  const responses = { 200: { description: "ok" } };
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Orders", version: "1" },
    servers: [{ url: baseUrl }],
    security: [{ key: [] }],
    paths: {
      "/orders": {
        post: {
          operationId: "order",
          parameters: [
            query("item", { type: "string" }, true),
            query("count", { type: "integer", minimum: 1 }, true),
            size,
          ],
          responses,
        },
        delete: { operationId: "cancelOrders", parameters: [size], responses },
      },
    },
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  });
};

beforeAll(async () => {
  recorder = await startRecorder();
  processes = await startTwoProcesses({
    api: { url: recorder.url, document: ordersDocument(recorder.url) },
    async prepare(ctx, serverId) {
      const patch = (operation: string, patch: object) => overrideTool({ ctx, input: { serverId, operation, patch } });
      await patch("POST /orders", { askFor: ["count", "size"] });
      await patch("DELETE /orders", { askFor: ["size"], askFirst: true });
      await publishServer({ ctx, input: { id: serverId } });
    },
  });
});
afterAll(async () => {
  await processes?.stop();
  await recorder?.stop();
});

const connect = (kind: ClientKind, side: ClientSide = {}) =>
  connectClient(kind, processes.url, processes.published.apiKey, side);

async function inputs(kind: ClientKind) {
  const client = await connect(kind);
  const tools = await client.listTools();
  await client.close();
  return tools.map(({ inputSchema }) => inputSchema.required);
}

/** One call by a client whose person answers like this, what they were asked, and what reached the API. */
async function call(kind: ClientKind, name: string, args: Record<string, unknown>, replies: object[] | undefined) {
  const asked: Asked[] = [];
  const client = await connect(
    kind,
    replies
      ? {
          onElicit: (params) => {
            asked.push(params);
            return replies[asked.length - 1] ?? { action: "cancel" };
          },
        }
      : {},
  );
  const before = recorder.requests.length;
  const answer = await client.callTool(name, args);
  await client.close();
  return { answer, asked, sent: recorder.requests.slice(before).map(({ method, url }) => `${method} ${url}`) };
}

const textOf = ({ content }: ToolAnswer) => content.map(({ text }) => text ?? "").join("\n");
const accept = (content: object) => ({ action: "accept", content });

// Each request meets another process than the one before: the reply arrives where nobody asked.
describe.each(clientKinds)("%s, at two processes", (kind) => {
  it("is not told that the model has to give what a person is asked for", async () => {
    expect(await inputs(kind)).toEqual([["item"], undefined]);
  });

  it("asks for what is missing, again when it does not fit, and sends it", async () => {
    const replies = [accept({ count: 0, size: "large" }), accept({ count: 2, size: "large" })];
    const { answer, asked, sent } = await call(kind, "order", { item: "tea" }, replies);
    expect(textOf(answer)).toContain('"ok":true');
    expect(sent).toEqual(["POST /orders?item=tea&count=2&size=large"]);
    expect(asked).toMatchObject([
      {
        message: expect.stringContaining("needs something from you"),
        requestedSchema: {
          properties: { count: { type: "integer", minimum: 1 }, size: { type: "string", enum: ["small", "large"] } },
          required: ["count", "size"],
        },
      },
      { message: expect.stringContaining('"count"'), requestedSchema: { properties: { size: { default: "large" } } } },
    ]);
  });

  it("asks for no more than what is missing, and for nothing when all is there", async () => {
    const one = await call(kind, "order", { item: "tea", size: "small" }, [accept({ count: 1 })]);
    expect(one.asked).toMatchObject([{ requestedSchema: { required: ["count"] } }]);
    expect(one.sent).toEqual(["POST /orders?item=tea&count=1&size=small"]);
    const none = await call(kind, "order", { item: "tea", size: "small", count: 4 }, []);
    expect(none).toMatchObject({ asked: [], sent: ["POST /orders?item=tea&count=4&size=small"] });
  });

  it.each(["decline", "cancel"])("sends nothing when the person says %s", async (action) => {
    const { answer, sent } = await call(kind, "order", { item: "tea" }, [{ action }]);
    expect(sent).toEqual([]);
    expect(textOf(answer)).toContain("nothing was sent");
  });

  it("asks for the values and the yes at once", async () => {
    const { asked, sent } = await call(kind, "cancelOrders", {}, [accept({ size: "small" })]);
    expect(asked).toMatchObject([
      { message: expect.stringMatching(/^Allow .*Fill in size/s), requestedSchema: { required: ["size"] } },
    ]);
    expect(sent).toEqual(["DELETE /orders?size=small"]);
  });

  it("has the model ask in the chat where there are no forms", async () => {
    const { answer, sent } = await call(kind, "order", { item: "tea" }, undefined);
    expect(answer.isError).toBe(true);
    expect(textOf(answer)).toContain("Ask them in the chat");
    expect(textOf(answer)).toContain("- size (one of small, large)");
    expect(sent).toEqual([]);
    const given = await call(kind, "order", { item: "tea", count: 1, size: "small" }, undefined);
    expect(given.sent).toEqual(["POST /orders?item=tea&count=1&size=small"]);
  });
});
