import type { FetchLike } from "@portico/openapi";
import type { Agent } from "undici";
import { memoized } from "../memoized.ts";
import type {
  Egress,
  EgressOptions,
  RequestOptions,
  StreamedResponse,
  StreamOptions,
  UpstreamRequest,
  UpstreamResponse,
} from "../types.ts";
import { createAddressPolicy } from "./address.ts";
import { createGuardedAgent, isBlocked } from "./agent.ts";
import { toUpstreamError, UpstreamError } from "./error.ts";
import { exchange } from "./exchange.ts";
import { exchangeStream } from "./exchange-stream.ts";
import { isReading, isReset, RESET_PAUSE_MS, RETRIES_DEFAULT, retryWaitMs } from "./retry.ts";
import { createStop } from "./stop.ts";

export const REDIRECTS_MAX = 3;
export const TIMEOUT_MS_DEFAULT = 30_000;
/** What somebody may ask for: a connection that is silent for longer is given up anyway, as clients do with their calls. */
export const TIMEOUT_SECONDS_MAX = 60;
/** What is read arrives in pieces that are held about as long: one large answer costs a process twice this, and no more. */
export const BODY_BYTES_MAX_DEFAULT = 6 * 1024 * 1024;
const STREAM_TIMEOUT_MS = 5 * 60_000;
const STREAM_IDLE_MS = 60_000;
const IMPORT_BYTES_MAX = 32 * 1024 * 1024;
const IMPORT_TIMEOUT_MS = 60_000;
const USER_AGENT = "portico";
/** Whose verdict is remembered: it follows from the text of the origin alone. */
const ORIGINS_MAX = 1_000;

/** The one way out: every request of imports and calls passes the same guard, on every hop. */
export function createEgress(options: EgressOptions = {}): Egress {
  const policy = createAddressPolicy(options.allow ?? []);
  const allowHosts = new Set((options.allowHosts ?? []).map((host) => host.toLowerCase()));
  const agent = createGuardedAgent(policy, allowHosts);
  const isRefused = memoized(ORIGINS_MAX, (origin) => isBlocked(new URL(origin), policy, allowHosts));
  const request = (given: UpstreamRequest, requestOptions: RequestOptions = {}) =>
    follow(agent, isRefused, given, requestOptions);
  const fetch: FetchLike = async (url, init) => {
    const headers = Object.entries(init?.headers ?? {});
    const response = await request(
      { method: "GET", url, headers, secrets: [], missingCredentials: [] },
      {
        timeoutMs: IMPORT_TIMEOUT_MS,
        bodyBytesMax: IMPORT_BYTES_MAX,
        ...(init?.signal ? { signal: init.signal } : {}),
      },
    );
    if (response.truncated) throw new UpstreamError("too_large", `it is larger than ${IMPORT_BYTES_MAX} bytes`);
    return toFetchResponse(response);
  };
  const stream = (given: UpstreamRequest, streamOptions: StreamOptions = {}) =>
    open(agent, isRefused, given, streamOptions);
  return { fetch, request, stream, close: () => agent.close() };
}

/** A body that is read as it comes is asked for as it is: nothing has to be decoded, and its bytes are those that are counted. */
async function open(
  agent: Agent,
  isRefused: (origin: string) => boolean,
  given: UpstreamRequest,
  options: StreamOptions,
): Promise<StreamedResponse> {
  const url = checkUrl(given.url, isRefused);
  const stop = createStop(options.timeoutMs ?? STREAM_TIMEOUT_MS, options.signal);
  try {
    return await exchangeStream(agent, url, given, {
      headers: headerList([["accept-encoding", "identity"], ...given.headers]),
      bodyBytesMax: options.bodyBytesMax ?? BODY_BYTES_MAX_DEFAULT,
      idleMs: options.idleMs ?? STREAM_IDLE_MS,
      stop,
    });
  } catch (error) {
    stop.end();
    throw stop.reason ?? toUpstreamError(error);
  }
}

async function follow(
  agent: Agent,
  isRefused: (origin: string) => boolean,
  given: UpstreamRequest,
  options: RequestOptions,
): Promise<UpstreamResponse> {
  const started = performance.now();
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS_DEFAULT;
  const stop = createStop(timeoutMs, options.signal);
  const bodyBytesMax = options.bodyBytesMax ?? BODY_BYTES_MAX_DEFAULT;
  const redirectsMax = options.redirectsMax ?? REDIRECTS_MAX;
  const { retriesMax } = options;
  const leftMs = () => timeoutMs - (performance.now() - started);
  let current = given;
  let retries = 0;
  let hasWaited = false;
  let hops = 0;
  try {
    for (;;) {
      const url = checkUrl(current.url, isRefused);
      const mayRepeat =
        retriesMax === undefined ? retries < RETRIES_DEFAULT && isReading(current.method) : retries < retriesMax;
      // Who says how often knows that the API wants it.
      const mayWait = mayRepeat && !(hasWaited && retriesMax === undefined);
      let waitMs: number | undefined;
      let next: UpstreamRequest | undefined;
      let answer: Awaited<ReturnType<typeof exchange>> | undefined;
      try {
        answer = await exchange(agent, url, current, {
          headers: headerList(current.headers),
          bodyBytesMax,
          stop,
          isWanted({ status, headers }) {
            if (status >= 200 && status < 300) return true;
            waitMs = mayWait ? retryWaitMs(status, headers, leftMs()) : undefined;
            next =
              waitMs === undefined && redirectsMax > 0 ? redirect(current, status, headers.location, url) : undefined;
            return waitMs === undefined && next === undefined;
          },
        });
      } catch (error) {
        if (!mayRepeat || stop.reason || !isReset(error)) throw error;
      }
      if (answer === undefined) {
        retries++;
        await stop.pause(RESET_PAUSE_MS);
      } else if (waitMs !== undefined) {
        retries++;
        hasWaited = true;
        await stop.pause(waitMs);
      } else if (next !== undefined) {
        if (++hops > redirectsMax)
          throw new UpstreamError("too_many_redirects", `The API redirected more than ${redirectsMax} times.`);
        current = next;
      } else {
        const durationMs = performance.now() - started;
        return { ...answer, bytes: answer.body.length, url: current.url, durationMs, retries };
      }
    }
  } catch (error) {
    const failure = stop.reason ?? toUpstreamError(error);
    failure.retries = retries;
    throw failure;
  } finally {
    stop.end();
  }
}

/** Where a request goes. */
type RequestUrl = Pick<URL, "origin" | "pathname" | "search" | "protocol">;

/** A URL that is written as it is read: nothing in its path and query that reading would change. */
const PLAIN_URL =
  /^(https?:\/\/[a-z0-9.-]+(?::[0-9]+)?)((?:\/(?!\.|%2e)[\w.~!$&()*+,;=:@%-]*)+)(\?[\w.~!$&()*+,;=:@%/-]+)?$/i;
/** Whose origins are remembered. */
const PLAIN_ORIGINS_MAX = 1_000;
const plainOrigin = memoized(PLAIN_ORIGINS_MAX, (origin) => new URL(origin));

/** A URL as it is requested. Taking one apart costs as much as building the request, and most are of one kind. */
function parseUrl(text: string): RequestUrl & Pick<URL, "username" | "password"> {
  const [, origin, pathname = "", search = ""] = PLAIN_URL.exec(text) ?? [];
  if (origin === undefined) return new URL(text);
  const { protocol, origin: written } = plainOrigin(origin);
  return { origin: written, protocol, pathname, search, username: "", password: "" };
}

function checkUrl(text: string, isRefused: (origin: string) => boolean): RequestUrl {
  let url: ReturnType<typeof parseUrl>;
  try {
    url = parseUrl(text);
  } catch {
    throw new UpstreamError("invalid_url", "The address is not a valid URL.");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new UpstreamError("blocked", "Only http and https addresses are allowed.");
  if (url.username !== "" || url.password !== "")
    throw new UpstreamError("blocked", "An address must not hold a user name or password.");
  if (isRefused(url.origin))
    throw new UpstreamError("blocked", "This address is not allowed: it is private, local or reserved.");
  return url;
}

function headerList(headers: [string, string][]): string[] {
  const list = ["user-agent", USER_AGENT, "accept-encoding", "gzip, deflate, br, zstd"];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    // Whoever names one of ours knows better.
    if (lower === "user-agent") list[1] = value;
    else if (lower === "accept-encoding") list[3] = value;
    else list.push(name, value);
  }
  return list;
}

/**
 * The request to follow a redirect with, or undefined when the answer stands. Reads are followed; a write is
 * repeated only where HTTP says so and only on its own origin. Another origin gets no credential and no header
 * of ours but Accept.
 */
function redirect(
  current: UpstreamRequest,
  status: number,
  location: string | undefined,
  url: RequestUrl,
): UpstreamRequest | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  let target: URL;
  try {
    target = new URL(location, current.url);
  } catch {
    return undefined;
  }
  target.hash = "";
  const isSameOrigin = target.origin === url.origin;
  // Never from an encrypted connection to one that everybody can read.
  if (url.protocol === "https:" && target.protocol === "http:") return undefined;
  const isRead = current.method === "GET" || current.method === "HEAD";
  if (!isRead && !isSameOrigin) return undefined;
  if (!isRead && status < 303) return undefined;
  const { body, ...rest } = current;
  const keepsBody = status !== 303 && body !== undefined;
  const kept = isSameOrigin ? current.headers : current.headers.filter(([name]) => name.toLowerCase() === "accept");
  return {
    ...rest,
    method: status === 303 && !isRead ? "GET" : current.method,
    url: target.href,
    headers: keepsBody ? kept : kept.filter(([name]) => name.toLowerCase() !== "content-type"),
    ...(keepsBody ? { body } : {}),
  };
}

function toFetchResponse(response: UpstreamResponse): Response {
  const hasBody =
    response.status !== 204 && response.status !== 205 && response.status !== 304 && response.status >= 200;
  const fetched = new Response(hasBody ? new Uint8Array(response.body) : null, {
    status: Math.max(response.status, 200),
    headers: { "content-type": response.headers["content-type"] ?? "application/octet-stream" },
  });
  Object.defineProperty(fetched, "url", { value: response.url });
  return fetched;
}
