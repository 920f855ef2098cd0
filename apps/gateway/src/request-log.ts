import type { Logger } from "@portico/telemetry";
import type { FastifyReply, FastifyRequest } from "fastify";
import { FILES_PATH } from "./routes/files.ts";

const PROBES = new Set(["/healthz", "/readyz"]);

/**
 * One line a request. What goes well and is counted elsewhere (calls are usage events) or is of no interest (files of pages) is
 * there at the level debug: on the hot path a line costs as much as the protocol.
 */
export function requestLog(logger: Logger) {
  function log(request: FastifyRequest, reply: FastifyReply): void {
    if (PROBES.has(request.url)) return;
    const isQuiet = reply.statusCode < 400 && (request.url.startsWith("/mcp/") || request.url.startsWith("/_next/"));
    const level = isQuiet ? "debug" : "info";
    if (!logger.isLevelEnabled(level)) return;
    const { method, id: requestId, ip } = request;
    const path = loggedPath(request);
    logger[level](
      { requestId, method, path, status: reply.statusCode, ms: Math.round(reply.elapsedTime), ip },
      "request",
    );
  }
  return (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    log(request, reply);
    done();
  };
}

/** A path that may be read by operators: without the query, and without the token of a file's link. */
export function loggedPath(request: FastifyRequest): string {
  return request.routeOptions.url === FILES_PATH ? "/files/[hidden]" : (request.url.split("?")[0] ?? "");
}
