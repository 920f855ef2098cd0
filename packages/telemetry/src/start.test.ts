import { execFile } from "node:child_process";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

interface Received {
  url: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** A collector of both kinds on a loopback port. */
const received: Received[] = [];
const collector = http.createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const isZipped = request.headers["content-encoding"] === "gzip";
  const body = (isZipped ? gunzipSync(bytes) : bytes).toString("utf8");
  received.push({ url: request.url ?? "", headers: request.headers, body });
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
});
let origin: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  origin = `127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
beforeEach(() => {
  received.length = 0;
});
afterAll(() => new Promise((resolve) => collector.close(resolve)));

/** Both libraries hook into the process, so each run has one of its own. Gives what it printed. */
async function run({ sentry = false, traces = false }): Promise<string> {
  const script = `
    import http from "node:http";
    import { startTelemetry } from ${JSON.stringify(path.join(import.meta.dirname, "start.ts"))};
    const telemetry = await startTelemetry({
      app: "gateway",
      version: "1.2.3",
      sentryDsn: ${JSON.stringify(sentry ? `http://public@${origin}/7` : undefined)},
      otlpEndpoint: process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
    });
    const answer = await telemetry.span("mcp", { server: "srv_1" }, () =>
      telemetry.span("tools/call", { tool: "listPets", token: "canary-by-name" }, async (note) => {
        note({ outcome: "ok" });
        await new Promise((resolve) => http.get("http://${origin}/upstream", (r) => r.resume().on("end", resolve)));
        return 42;
      }),
    );
    const failed = await telemetry
      .span("broken", {}, () => Promise.reject(new Error("Bearer canary-in-span")))
      .catch((error) => error.message);
    const error = new Error("no route for Bearer canary-bearer-token", {
      cause: new Error("postgres://portico:canary-password@db/x, ptk_abcdefCANARYKEY"),
    });
    telemetry.reportError(error, { apiKey: "canary-by-name", path: "/x?code=canary-code", requestId: "req-1" });
    console.log(JSON.stringify({ answer, failed: failed !== undefined }));
    await telemetry.close();`;
  const env = {
    PATH: process.env.PATH,
    ...(traces ? { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${origin}`, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" } : {}),
  };
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "-e", script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env, timeout: 20_000 });
  return stdout + stderr;
}

const CANARY = /canary|CANARYKEY/i;

it("delivers errors and traces to both at once, and no secret to either", async () => {
  const printed = await run({ sentry: true, traces: true });
  expect(printed).toContain('{"answer":42,"failed":true}');
  expect(printed).not.toMatch(CANARY);

  const report = received.find(({ url }) => url.startsWith("/api/7/envelope/"))?.body ?? "";
  expect(report).toContain("no route for Bearer [redacted]");
  expect(report).toContain("postgres://portico:[redacted]@db/x");
  expect(report).toContain('"requestId":"req-1"');
  expect(report).toMatch(/"release":"1\.2\.3".*"app":"gateway"|"app":"gateway".*"release":"1\.2\.3"/s);

  const spans = received
    .filter(({ url }) => url === "/v1/traces")
    .flatMap(({ body }) => (JSON.parse(body) as Traces).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const [call, mcp] = ["tools/call", "mcp"].map((wanted) => spans.find(({ name }) => name === wanted));
  expect(call).toMatchObject({ traceId: mcp?.traceId, parentSpanId: mcp?.spanId });
  expect(JSON.stringify(call)).toContain('{"key":"outcome","value":{"stringValue":"ok"}}');
  expect(spans.find(({ name }) => name === "broken")?.status).toMatchObject({ code: 2 });

  // What is sent upstream bears no mark of either.
  const upstream = received.find(({ url }) => url === "/upstream");
  expect(Object.keys(upstream?.headers ?? {}).sort()).toEqual(["connection", "host"]);
  expect(JSON.stringify(received)).not.toMatch(CANARY);
});

it("sends nothing anywhere when nothing is configured", async () => {
  expect(await run({})).toContain('{"answer":42,"failed":true}');
  expect(received.map(({ url }) => url)).toEqual(["/upstream"]);
});

interface Traces {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}
interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  status: { code?: number };
}
