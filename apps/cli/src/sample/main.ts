import http from "node:http";
import { document } from "./document.ts";
import { createHarbor, type Refusal } from "./harbor.ts";

const BODY_BYTES_MAX = 64 * 1024;
const harbor = createHarbor(new Date());

type Answer = { status: number; body?: unknown };

const isRefusal = (value: object): value is Refusal => "status" in value && "message" in value;
const answer = (value: object, status = 200): Answer =>
  isRefusal(value)
    ? { status: value.status, body: { message: value.message, field: value.field } }
    : { status, body: value };

function route(method: string, url: URL, body: Record<string, unknown>): Answer {
  const query = url.searchParams;
  const parts = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  if (method === "GET" && url.pathname === "/healthz") return { status: 200, body: { status: "ok" } };
  if (method === "GET" && url.pathname === "/openapi.json") return { status: 200, body: document };
  const [version, noun, id = "", sub] = parts;
  if (version !== "v1") return notFound(url);
  if (method === "GET" && noun === "weather" && !id)
    return { status: 200, body: { summary: "Light clouds, good visibility", windKnots: 9, waterCelsius: 14.5 } };
  if (method === "GET" && noun === "tours" && !id) {
    const minutesMax = Number(query.get("minutesMax") ?? 0);
    const kind = query.get("kind");
    return { status: 200, body: harbor.tours({ ...(kind ? { kind } : {}), ...(minutesMax ? { minutesMax } : {}) }) };
  }
  if (method === "GET" && noun === "tours" && !sub) return answer(harbor.tour(id));
  if (method === "GET" && noun === "tours" && sub === "departures") {
    const tour = harbor.tour(id);
    return isRefusal(tour)
      ? answer(tour)
      : { status: 200, body: harbor.departures(id, Number(query.get("seatsMin") ?? 1)) };
  }
  if (noun === "bookings" && !id && method === "GET")
    return { status: 200, body: harbor.bookings(query.get("email") ?? undefined) };
  if (noun === "bookings" && !id && method === "POST") return answer(harbor.book(body), 201);
  if (noun === "bookings" && id && method === "GET") return answer(harbor.booking(id));
  if (noun === "bookings" && id && method === "PATCH") return answer(harbor.change(id, body));
  if (noun === "bookings" && id && method === "DELETE") {
    const refusal = harbor.cancel(id);
    return refusal ? answer(refusal) : { status: 204 };
  }
  return notFound(url);
}

function notFound(url: URL): Answer {
  return { status: 404, body: { message: `Nothing is at ${url.pathname}.` } };
}

async function readJson(request: http.IncomingMessage): Promise<Record<string, unknown> | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

const server = http.createServer(async (request, response) => {
  const body = await readJson(request);
  const { status, body: content } = body
    ? route(request.method ?? "GET", new URL(request.url ?? "/", "http://sample"), body)
    : { status: 400, body: { message: "The body has to be a JSON object of at most 64 KB." } };
  response.writeHead(status, content === undefined ? {} : { "content-type": "application/json; charset=utf-8" });
  response.end(content === undefined ? undefined : JSON.stringify(content));
});
server.listen(Number(process.env.PORT ?? 4870), "127.0.0.1");

const stop = () => {
  server.close();
  server.closeIdleConnections();
};
process.on("SIGTERM", stop);
process.on("disconnect", stop);
process.channel?.unref();
