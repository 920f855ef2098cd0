import http from "node:http";
import type { AddressInfo } from "node:net";

export interface RecordedRequest {
  method: string;
  /** Path and query as they came. */
  url: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** An upstream API that writes down what reaches it and answers everything alike. */
export interface Recorder {
  url: string;
  requests: RecordedRequest[];
  /** What to answer from now on. */
  answer: (request: RecordedRequest) => { status: number; body: unknown; delayMs?: number };
  stop(): Promise<void>;
}

export async function startRecorder(): Promise<Recorder> {
  const recorder: Recorder = {
    url: "",
    requests: [],
    answer: () => ({ status: 200, body: { ok: true } }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const recorded = {
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    };
    recorder.requests.push(recorded);
    const { status, body, delayMs = 0 } = recorder.answer(recorded);
    if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  recorder.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return recorder;
}
