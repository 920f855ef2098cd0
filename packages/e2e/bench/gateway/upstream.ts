// The API behind every contender, a process of its own.
import { createServer } from "node:http";
import { itemOf, LARGE_BYTES } from "./api.ts";

const CHUNK = Buffer.alloc(64 * 1024, "x");

createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  if (request.url?.startsWith("/large")) return sendLarge();
  const id = /\/([\w-]+)(?:\?|$)/.exec(request.url ?? "")?.[1] ?? "";
  response.end(itemOf(id));

  function sendLarge(): void {
    let left = LARGE_BYTES;
    const more = () => {
      while (left > 0 && !response.destroyed) {
        left -= CHUNK.length;
        if (!response.write(CHUNK)) return;
      }
      response.end('"');
    };
    response.on("drain", more).write('"');
    more();
  }
}).listen(Number(process.env.PORT), "127.0.0.1");
