// The yardstick of tools/list: Fastify that answers every POST with the same bytes.
import { readFileSync } from "node:fs";
import Fastify from "fastify";

const { PORT, ANSWER_FILE = "" } = process.env;
const answer = readFileSync(ANSWER_FILE, "utf8");
const app = Fastify();

app.post("/", async (_request, reply) => reply.type("application/json").send(answer));

await app.listen({ port: Number(PORT), host: "127.0.0.1" });
