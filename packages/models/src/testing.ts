import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a stand-in for a provider was asked. */
export interface ModelRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: {
    model?: string;
    messages?: { role: string; content?: unknown; tool_call_id?: string }[];
    tools?: { function: { name: string; description?: string; parameters: Record<string, unknown> } }[];
  };
}

/** What it answers: text, calls of tools, or a refusal; or nothing any more after its text. */
export interface ModelReply {
  text?: string;
  calls?: { tool: string; arguments: object | string; id?: string }[];
  status?: number;
  error?: unknown;
  hangs?: boolean;
}

export interface ModelStub {
  /** Where its models are: "http://127.0.0.1:1234/v1". */
  url: string;
  requests: ModelRequest[];
  /** Connections that were left before the answer had ended. */
  left: () => number;
  stop(): Promise<void>;
}

/** The key that it takes. */
export const STUB_KEY = "sk-canary-7f31c0de";
const MODELS = ["small-1", "large-2"];

/** A provider on a free loopback port that speaks the streaming protocol of OpenAI's chat completions, over real HTTP. */
export async function startModelStub(reply: (request: ModelRequest, at: number) => ModelReply): Promise<ModelStub> {
  const requests: ModelRequest[] = [];
  let left = 0;
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { url: path = "/", headers } = request;
    if (headers.authorization !== `Bearer ${STUB_KEY}`)
      return json(response, 401, { error: { message: `Incorrect API key provided: ${headers.authorization}` } });
    if (path === "/v1/models") return json(response, 200, { data: MODELS.map((id) => ({ id })) });
    if (path !== "/v1/chat/completions") return json(response, 404, { error: { message: "Not found." } });
    const asked = { path, headers, body: JSON.parse(text) as ModelRequest["body"] };
    requests.push(asked);
    const answer = reply(asked, requests.length - 1);
    if (answer.status) return json(response, answer.status, answer.error ?? {});
    response.on("close", () => {
      if (!response.writableEnded) left++;
    });
    await say(response, answer, requests.length);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    left: () => left,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function say(response: ServerResponse, { text = "", calls = [], hangs }: ModelReply, round: number) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (fields: object) =>
    response.write(`data: ${JSON.stringify({ id: `c${round}`, object: "chat.completion.chunk", ...fields })}\n\n`);
  const choose = (delta: object, finish_reason: string | null = null) =>
    send({ created: 1, model: "small-1", choices: [{ index: 0, delta, finish_reason }] });
  choose({ role: "assistant", content: "" });
  for (const word of text.split(/(?<= )/).filter(Boolean)) {
    choose({ content: word });
    await new Promise((done) => setTimeout(done, 5));
  }
  if (hangs) return;
  for (const [index, { tool, arguments: args, id = `call_${round}_${index}` }] of calls.entries()) {
    const written = typeof args === "string" ? args : JSON.stringify(args);
    const half = Math.ceil(written.length / 2);
    const call = { index, id, type: "function" };
    choose({ tool_calls: [{ ...call, function: { name: tool, arguments: written.slice(0, half) } }] });
    choose({ tool_calls: [{ index, function: { arguments: written.slice(half) } }] });
  }
  choose({}, calls.length > 0 ? "tool_calls" : "stop");
  send({ choices: [], usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } });
  response.end("data: [DONE]\n\n");
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
