import { type Cancellation, Canceller, echoableId, JsonPieces, type McpRequest, type McpResponse } from "@portico/mcp";
import { AppError, asAppError, HTTP_STATUS, READ_ONLY_PATH } from "@portico/services";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import {
  admit,
  admitListener,
  answerOne,
  type McpRequestOptions,
  refuseOverLimit,
  rpcError,
  toMcpRequest,
} from "../serving/mcp-request.ts";
import type { Streams } from "../serving/streams.ts";
import { addTwoAddressRoutes, type TwoAddressOptions } from "./two-addresses.ts";

export interface McpRouteOptions extends McpRequestOptions {
  streams: Streams;
  isAllowedOrigin: (origin: string) => boolean;
  /** The transport of 2024-11-05; absent where it is off, as it is by default. */
  twoAddresses?: TwoAddressOptions | undefined;
}

const BODY_BYTES_MAX = 4 * 1024 * 1024;
const CORS = {
  "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
  "access-control-allow-headers":
    "authorization, content-type, accept, last-event-id, mcp-session-id, mcp-protocol-version, mcp-method, mcp-name",
  "access-control-expose-headers": "mcp-session-id, www-authenticate",
  "access-control-max-age": "86400",
};

const SERVER_PATH = "/mcp/:organization/:server";

/** /mcp/{organization}/{server}, and the same with its reading tools only: origin, server, caller, protocol, in that order. */
export function mcpRoutes(options: McpRouteOptions): FastifyPluginAsync {
  const { telemetry, streams, isAllowedOrigin } = options;
  return async (app) => {
    app.removeAllContentTypeParsers();
    // By name as well: what is only met by "*" is taken apart anew for each request.
    app.addContentTypeParser(
      ["application/json", "*"],
      { parseAs: "buffer", bodyLimit: BODY_BYTES_MAX },
      (_request, body, done) => done(null, body),
    );
    app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
      if (error.statusCode === 413) {
        return reply.code(413).send(rpcError(-32_600, `The body is larger than ${BODY_BYTES_MAX / 1024 / 1024} MB.`));
      }
      // What HTTP itself refuses: a media type that is none, a length that is wrong.
      if (error.statusCode && error.statusCode < 500)
        return reply.code(error.statusCode).send(rpcError(-32_600, "This is not a request that HTTP allows."));
      const known = asAppError(error);
      if (known instanceof AppError)
        return reply.code(HTTP_STATUS[known.code]).header("retry-after", "2").send(rpcError(-32_603, known.message));
      telemetry.reportError(error, { requestId: request.id });
      return reply.code(500).send(rpcError(-32_603, "Internal error"));
    });

    app.addHook("onRequest", (request, reply, done) => {
      const { origin } = request.headers;
      if (origin === undefined) return done();
      if (!isAllowedOrigin(origin)) {
        reply.code(403).send(rpcError(-32_600, "Pages of this origin may not call this server."));
        return;
      }
      reply.headers({ "access-control-allow-origin": origin, vary: "origin", ...CORS });
      if (request.method === "OPTIONS") reply.code(204).send();
      else done();
    });

    const serve =
      (isReadOnly: boolean) =>
      async (request: FastifyRequest<{ Params: { organization: string; server: string } }>, reply: FastifyReply) => {
        const { organization, server: slug } = request.params;
        if (request.method === "GET" && request.headers.accept?.includes("text/html"))
          return reply.redirect(`/s/${encodeURIComponent(organization)}/${encodeURIComponent(slug)}`, 302);
        const admitted = await admit(options, request, reply, isReadOnly);
        if (!admitted) return reply;
        const gone = abortWhenGone(reply);
        const received = toMcpRequest(request, gone);
        const id = echoableId(received.body);
        if (refuseOverLimit(options, admitted, request, reply, id)) return reply;
        let giveBack: (() => void) | undefined;
        if (isListening(received)) {
          giveBack = admitListener(options, admitted, request, reply, id);
          if (!giveBack) return reply;
        }
        try {
          const answer = await answerOne(options, admitted, received, request.id);
          if (gone.aborted) return reply.hijack();
          if (answer.stream) {
            await streams.run(reply, answer, answer.stream, admitted.isAllowed);
            return reply;
          }
          return send(reply, answer);
        } finally {
          giveBack?.();
        }
      };
    const method = ["GET", "POST", "DELETE", "OPTIONS"];
    app.route({ method, url: SERVER_PATH, handler: serve(false) });
    app.route({ method, url: SERVER_PATH + READ_ONLY_PATH, handler: serve(true) });
    if (options.twoAddresses) addTwoAddressRoutes(app, options, options.twoAddresses);
  };
}

/** Sends an answer without another look at it: a list goes out as it lies in memory, since a copy for each who asks would cost more than the rest. */
function send(reply: FastifyReply, { status, headers, body = "" }: McpResponse): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  const pieces = body instanceof JsonPieces ? body.pieces : [body];
  let bytes = 0;
  for (const piece of pieces) bytes += Buffer.byteLength(piece);
  raw.writeHead(status, { ...(reply.getHeaders() as Record<string, string>), ...headers, "content-length": bytes });
  // As many bytes as characters: it is ASCII, which is sent at less cost when it is said.
  if (pieces.length === 1) raw.end(pieces[0], bytes === pieces[0]?.length ? "latin1" : "utf8");
  else {
    raw.cork();
    for (const piece of pieces) raw.write(piece);
    raw.end();
  }
  return reply;
}

/** Whether the answer is a stream that stays open to tell of changes, rather than until a call ends. */
function isListening({ method, body }: McpRequest): boolean {
  return method === "GET" || (body as { method?: unknown } | undefined)?.method === "subscriptions/listen";
}

/** A signal that fires when the client closes its side before it has the answer. MCP 2026-07-28, transports: that is a cancellation. */
function abortWhenGone(reply: FastifyReply): Cancellation {
  const canceller = new Canceller();
  reply.raw.on("close", () => {
    if (!reply.raw.writableFinished) canceller.abort();
  });
  return canceller;
}
