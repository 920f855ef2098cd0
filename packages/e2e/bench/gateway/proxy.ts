// The yardstick: Fastify that passes requests through to the API and its answers back.
import Fastify from "fastify";
import { Pool } from "undici";

const { PORT, UPSTREAM_URL = "" } = process.env;
const pool = new Pool(UPSTREAM_URL, { connections: 128 });
const app = Fastify();

app.get("/*", async (request, reply) => {
  const { statusCode, headers, body } = await pool.request({
    method: "GET",
    path: request.url,
    headers: { accept: "application/json" },
  });
  return reply
    .code(statusCode)
    .header("content-type", headers["content-type"])
    .header("content-length", headers["content-length"])
    .send(body);
});

await app.listen({ port: Number(PORT), host: "127.0.0.1" });
