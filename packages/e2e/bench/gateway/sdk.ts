// What a plain server by the SDK costs: no sign-in, one tool that calls the API.
import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { Pool } from "undici";
import { z } from "zod";

const { PORT, UPSTREAM_URL = "" } = process.env;
const pool = new Pool(UPSTREAM_URL, { connections: 128 });
const inputSchema = z.object({ id: z.string().max(40), limit: z.int().min(1).max(100).optional() });

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: "items", version: "1" });
  server.registerTool("readItem0", { description: "Reads an item", inputSchema }, async ({ id, limit }) => {
    const path = `/items-0/${encodeURIComponent(id)}${limit === undefined ? "" : `?limit=${limit}`}`;
    const { body } = await pool.request({ method: "GET", path, headers: { accept: "application/json" } });
    const text = await body.text();
    return { content: [{ type: "text", text }], structuredContent: JSON.parse(text) };
  });
  return server;
});

createServer(toNodeHandler(handler)).listen(Number(PORT), "127.0.0.1");
