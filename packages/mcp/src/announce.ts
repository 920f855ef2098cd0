import { createHash } from "node:crypto";
import type { Cancellation } from "./cancellation.ts";
import type { Changes, McpExchange, McpResponse } from "./contract.ts";
import { headerValue, takesEventStream } from "./headers.ts";
import { type JsonObject, messageBody, type RequestId } from "./json-rpc.ts";
import { META_KEYS } from "./modern-envelope.ts";
import { event, STREAM_HEADERS } from "./responses.ts";

/** When a client whose stream broke should come back. */
const RETRY_MS = 3_000;
const FIRST_VERSION_WITH_PRIMING = "2025-11-25";
/** By the field that asks for each in `subscriptions/listen`. */
const LISTS_CHANGED = {
  toolsListChanged: "notifications/tools/list_changed",
  promptsListChanged: "notifications/prompts/list_changed",
  resourcesListChanged: "notifications/resources/list_changed",
} as const;
const RESOURCE_UPDATED = "notifications/resources/updated";
const SUBSCRIBED_MAX = 100;

/**
 * The stream of a legacy session (GET): says when another version is served. Event ids name the session and the version, so that a client
 * that comes back with the last one it saw, at any process, is told what it missed; nothing is stored for that.
 */
export function openSessionStream(
  exchange: McpExchange,
  { sid, protocolVersion }: { sid: string; protocolVersion: string },
  changes: Changes,
  subscribed: () => Promise<readonly string[]>,
): McpResponse | undefined {
  const { version, request } = exchange;
  if (!takesEventStream(request.headers.accept)) return undefined;
  const session = createHash("sha256").update(sid).digest("base64url").slice(0, 12);
  const idOf = (versionId: string) => `${session}.${versionId}`;
  const last = headerValue(request.headers, "last-event-id");
  return listening(exchange, request.signal, changes, (write) => {
    const current = idOf(version.versionId);
    // Clients of older revisions take every event for a message.
    const priming = protocolVersion >= FIRST_VERSION_WITH_PRIMING ? `id: ${current}\ndata: \n\n` : ": open\n\n";
    write(`retry: ${RETRY_MS}\n${priming}`);
    const changed = (id: string) => {
      for (const method of Object.values(LISTS_CHANGED)) write(event(messageBody(method, undefined), id));
      // Asked for only now: whoever subscribed did so at any process. A store that cannot be read costs these messages only.
      subscribed().then(
        (uris) => {
          for (const uri of uris) write(event(messageBody(RESOURCE_UPDATED, { uri }), id));
        },
        () => {},
      );
    };
    if (last !== undefined && last !== current && last.startsWith(`${session}.`)) changed(current);
    return { onVersion: (versionId) => changed(idOf(versionId)), onEnd: () => {} };
  });
}

/** `subscriptions/listen`: the same for MCP 2026-07-28, for what the client asked for and this server has. */
export function openSubscription(
  exchange: McpExchange,
  id: RequestId,
  wanted: JsonObject,
  changes: Changes,
): McpResponse | undefined {
  const { version, request } = exchange;
  const lists = (Object.keys(LISTS_CHANGED) as (keyof typeof LISTS_CHANGED)[]).filter(
    (field) => wanted[field] === true,
  );
  const uris = (Array.isArray(wanted.resourceSubscriptions) ? wanted.resourceSubscriptions : [])
    .filter((uri): uri is string => typeof uri === "string")
    .slice(0, SUBSCRIBED_MAX);
  const granted: JsonObject = {
    ...Object.fromEntries(lists.map((field) => [field, true])),
    ...(uris.length > 0 ? { resourceSubscriptions: uris } : {}),
  };
  const stamp = { "io.modelcontextprotocol/subscriptionId": id };
  const end = () =>
    event(
      JSON.stringify({
        jsonrpc: "2.0",
        id,
        result: { resultType: "complete", _meta: { ...stamp, [META_KEYS.serverInfo]: version.serverInfo } },
      }),
    );
  const acknowledged = event(
    messageBody("notifications/subscriptions/acknowledged", { notifications: granted, _meta: stamp }),
  );
  if (Object.keys(granted).length === 0) {
    return { status: 200, headers: { ...STREAM_HEADERS }, body: acknowledged + end() };
  }
  return listening(exchange, request.signal, changes, (write) => {
    write(acknowledged);
    return {
      onVersion() {
        for (const field of lists) write(event(messageBody(LISTS_CHANGED[field], { _meta: stamp })));
        for (const uri of uris) write(event(messageBody(RESOURCE_UPDATED, { uri, _meta: stamp })));
      },
      onEnd: () => write(end()),
    };
  });
}

/** A stream that lasts until the client leaves or the server ends; undefined when there are too many. */
function listening(
  { version, principal }: Pick<McpExchange, "version" | "principal">,
  signal: Cancellation,
  changes: Changes,
  start: (write: (events: string) => void) => { onVersion(versionId: string): void; onEnd(): void },
): McpResponse | undefined {
  // Listening starts now, so that nothing is missed while the response is opened.
  let listener: ReturnType<typeof start> | undefined;
  const missed: string[] = [];
  let finish: (() => void) | undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const stop = changes.listen(version, {
    connectionId: principal.connectionId,
    onVersion: (versionId) => (listener ? listener.onVersion(versionId) : missed.push(versionId)),
    onEnd: () => {
      listener?.onEnd();
      finish?.();
    },
  });
  if (!stop) return undefined;
  const leave = () => finish?.();
  signal.addEventListener("abort", leave);
  if (signal.aborted) leave();
  void finished.then(() => {
    signal.removeEventListener("abort", leave);
    stop();
  });
  return {
    status: 200,
    headers: { ...STREAM_HEADERS },
    stream: (write) => {
      listener = start(write);
      for (const versionId of missed) listener.onVersion(versionId);
      return finished;
    },
  };
}
