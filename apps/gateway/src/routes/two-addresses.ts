import { randomBytes } from "node:crypto";
import { type Changes, event, type McpStream, type Principal, STREAM_HEADERS } from "@portico/mcp";
import type { FastifyInstance } from "fastify";
import {
  type Admitted,
  admit,
  admitListener,
  answerOne,
  type McpRequestOptions,
  refuseOverLimit,
  rpcError,
  toMcpRequest,
} from "../serving/mcp-request.ts";
import type { GatewayRelay } from "../serving/relay.ts";
import type { Streams } from "../serving/streams.ts";

/** What the transport of 2024-11-05 needs beside the rest: its answers travel to whichever process has the stream. */
export interface TwoAddressOptions {
  relay: GatewayRelay;
  changes: Changes;
}

/** A connection as the state has it: whose it is, and the session that its `initialize` opened. */
interface Connection {
  serverId: string;
  kind: Principal["kind"];
  subject: string;
  session?: string;
}

const KEPT_MS = 24 * 3_600_000;
const BOTH = "application/json, text/event-stream";
const LIST_CHANGED = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';

type Params = { organization: string; server: string };

/**
 * HTTP+SSE (MCP 2024-11-05, transports): GET `/sse` is a stream that names a second address, messages are posted there, and answers come on
 * the stream. Off by default: every client of the last year speaks Streamable HTTP, and this one keeps a stream open for each.
 */
export function addTwoAddressRoutes(
  app: FastifyInstance,
  options: McpRequestOptions & { streams: Streams },
  { relay, changes }: TwoAddressOptions,
) {
  const { state } = options.deps;
  const keyOf = (id: string) => `mcp-connection:${id}`;
  const save = (id: string, connection: Connection) => state.set(keyOf(id), JSON.stringify(connection), KEPT_MS);
  const answersOf = (id: string) => `connection/${id}/answer`;
  const endOf = (id: string) => `connection/${id}/end`;

  app.get<{ Params: Params }>("/mcp/:organization/:server/sse", async (request, reply) => {
    const admitted = await admit(options, request, reply);
    if (!admitted) return reply;
    const giveBack = admitListener(options, admitted, request, reply, null);
    if (!giveBack) return reply;
    const id = randomBytes(24).toString("base64url");
    await save(id, ownerOf(admitted));
    const { organization, server } = request.params;
    const address = `/mcp/${organization}/${server}/messages?connection=${id}`;
    const stream: McpStream = (write) =>
      new Promise((resolve) => {
        const stops = [relay.listen(answersOf(id), (text) => write(event(text)))];
        const stop = changes.listen(admitted.serving.version, {
          onVersion: () => write(event(LIST_CHANGED)),
          onEnd: () => finish(),
        });
        if (stop) stops.push(stop);
        const finish = () => {
          for (const one of stops.splice(0)) one();
          resolve();
        };
        reply.raw.once("close", finish);
        write(`event: endpoint\ndata: ${address}\n\n`);
      });
    try {
      await options.streams.run(reply, { status: 200, headers: STREAM_HEADERS }, stream, admitted.isAllowed);
    } finally {
      giveBack();
    }
    await Promise.allSettled([state.delete(keyOf(id)), relay.broadcast(endOf(id))]);
    return reply;
  });

  app.post<{ Params: Params; Querystring: { connection?: string } }>(
    "/mcp/:organization/:server/messages",
    async (request, reply) => {
      const admitted = await admit(options, request, reply);
      if (!admitted) return reply;
      const { connection: id = "" } = request.query;
      const connection = await find(id, admitted);
      if (!connection) return reply.code(404).send(rpcError(-32_001, "There is no such connection. Open one at /sse."));
      const controller = new AbortController();
      if (refuseOverLimit(options, admitted, request, reply, null)) return reply;
      const stop = relay.listen(endOf(id), () => controller.abort());
      const { session } = connection;
      const received = toMcpRequest(request, controller.signal);
      const headers = {
        ...received.headers,
        accept: BOTH,
        "mcp-session-id": session,
        "mcp-protocol-version": undefined,
      };
      const work = async () => {
        const answer = await answerOne(options, admitted, { ...received, headers }, request.id);
        const opened = answer.headers["mcp-session-id"];
        if (opened) await save(id, { ...connection, session: opened });
        const send = (text: string) => relay.send(answersOf(id), text);
        if (answer.body) await send(String(answer.body));
        // One event after the other, in the order in which they were said.
        let sent = Promise.resolve();
        await answer.stream?.((events) => {
          for (const [, json = ""] of events.matchAll(/^data: (.+)$/gm)) sent = sent.then(() => send(json));
        });
        await sent;
      };
      work()
        .catch((error) => options.telemetry.reportError(error, { requestId: request.id }))
        .finally(stop);
      return reply.code(202).send("Accepted");
    },
  );

  async function find(id: string, admitted: Admitted): Promise<Connection | undefined> {
    if (!/^[\w-]{32}$/.test(id)) return undefined;
    const text = await state.get(keyOf(id));
    if (text === null) return undefined;
    const connection = JSON.parse(text) as Connection;
    const owner = ownerOf(admitted);
    const isOwner = connection.serverId === owner.serverId && connection.kind === owner.kind;
    return isOwner && connection.subject === owner.subject ? connection : undefined;
  }
}

function ownerOf({ serving, principal: { kind, subject } }: Admitted): Connection {
  return { serverId: serving.server.id, kind, subject };
}
