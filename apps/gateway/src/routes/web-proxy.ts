import proxy from "@fastify/http-proxy";
import { AppError } from "@portico/services";
import type { FastifyPluginAsync } from "fastify";

/** Headers that say where a request came from: ours replace what a client claims. */
const FORWARDED = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-real-ip",
  "x-middleware-subrequest",
  "x-original-url",
  "x-rewrite-url",
];

/** Everything that is not the data plane goes to the web app, so that people and clients see one origin. */
export function webProxy({
  publicUrl,
  webUrl,
  isDevelopment,
}: {
  publicUrl: string;
  webUrl: string;
  isDevelopment: boolean;
}): FastifyPluginAsync {
  const { host, protocol } = new URL(publicUrl);
  return async (app) => {
    app.register(proxy, {
      upstream: webUrl,
      // Only a page under development listens for its own changes; in production nothing is upgraded.
      websocket: isDevelopment,
      // Server-sent events of a long import stay open; the web app limits its own bodies.
      undici: { bodyTimeout: 0, headersTimeout: 120_000, connections: 128 },
      replyOptions: {
        // The web app is between two starts: said as what it is, so that people and scripts try again.
        onError: (reply, { error }) => {
          reply.log.warn({ error }, "the web app did not answer");
          reply.header("retry-after", "2");
          // What is left of the body is read by nobody, and the next request on this connection would wait behind it.
          if (!reply.request.raw.complete) reply.header("connection", "close");
          reply.send(
            new AppError("unavailable", "The dashboard is starting again. Try it once more in a few seconds."),
          );
        },
        rewriteRequestHeaders: (request, headers) => ({
          ...Object.fromEntries(Object.entries(headers).filter(([name]) => !FORWARDED.includes(name))),
          host,
          "x-forwarded-host": host,
          "x-forwarded-proto": protocol.slice(0, -1),
          "x-forwarded-for": request.ip,
          "x-request-id": request.id,
        }),
      },
    });
  };
}
