import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { McpRequest } from "./contract.ts";
import { demoEndpoint, messageOf } from "./testing.ts";

/** A conversation as a client has it: `$session` stands for the id that its `initialize` was answered with. */
interface Conversation {
  /** Where this behaviour was seen. */
  source: string;
  /** The dialect that its list is in. */
  dialect: string;
  requests: (Pick<McpRequest, "method" | "headers" | "body"> & {
    want: { status: number; result?: object; error?: number; opensSession?: boolean };
  })[];
}

const folder = path.join(import.meta.dirname, "../fixtures/clients");

describe.each(readdirSync(folder))("%s", (client) => {
  it.each(readdirSync(path.join(folder, client)))("%s", async (file) => {
    const { dialect, requests } = JSON.parse(readFileSync(path.join(folder, client, file), "utf8")) as Conversation;
    const { send, events } = demoEndpoint({ changes: { listen: () => () => {} } });
    let session = "";
    for (const [index, { want, ...request }] of requests.entries()) {
      const leave = new AbortController();
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, value === "$session" ? session : value]),
      );
      const response = await send({ ...request, headers, signal: leave.signal });
      expect([index, response.status]).toEqual([index, want.status]);
      leave.abort();
      const message = messageOf(response) as { id?: unknown; result?: { tools?: object[] }; error?: { code: number } };
      if (want.opensSession) session = String(response.headers["mcp-session-id"]);
      if (want.error !== undefined) expect([index, message.error?.code]).toEqual([index, want.error]);
      if (want.result) {
        expect(message.id).toBe((request.body as { id?: unknown }).id);
        const { tools, ...result } = want.result as { tools?: object[] };
        expect(message.result).toMatchObject(result);
        if (tools) {
          expect(message.result?.tools).toHaveLength(3);
          expect(message.result?.tools?.[0]).toMatchObject({ ...tools[0], description: `get_user (${dialect})` });
        }
      }
    }
    expect(events.filter(({ type }) => type === "internal_error")).toEqual([]);
  });
});
