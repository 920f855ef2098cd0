import dns from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector } from "undici";
import { type AddressPolicy, isLocalName } from "./address.ts";
import { UpstreamError } from "./error.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 60_000;
const BODY_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 10_000;
const CONNECTIONS_PER_ORIGIN_MAX = 128;
const HEADER_BYTES_MAX = 32 * 1024;

/**
 * The one place where a socket is opened. Literal addresses are checked before connecting, because the lookup
 * is not called for them; names resolve once, every address is checked, and the checked one is connected to,
 * so a name that changes its mind in between gains nothing. No TCP connection is made to a refused address.
 */
export function createGuardedAgent(policy: AddressPolicy, allowHosts: ReadonlySet<string>): Agent {
  const lookup: LookupFunction = (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "", 0);
      const isRefused = addresses.length === 0 || addresses.some(({ address }) => !policy.isAllowed(address));
      if (isRefused) return callback(blocked(), "", 0);
      if (options.all) return (callback as (error: null, addresses: dns.LookupAddress[]) => void)(null, addresses);
      const [first] = addresses;
      return callback(null, first?.address ?? "", first?.family ?? 0);
    });
  };
  const settings = { timeout: CONNECT_TIMEOUT_MS, keepAlive: true, autoSelectFamily: true };
  const connectGuarded = buildConnector({ ...settings, lookup });
  const connectOpen = buildConnector(settings);
  return new Agent({
    connect(options, callback) {
      if (isOpen(options, allowHosts)) return connectOpen(options, callback);
      if (isBlocked(options, policy, allowHosts)) return callback(blocked(), null);
      return connectGuarded(options, callback);
    },
    connections: CONNECTIONS_PER_ORIGIN_MAX,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
  });
}

/** Where a connection would go; a URL is one. */
export interface Destination {
  hostname: string;
  port: string;
  protocol: string;
}

/** What can be refused without asking DNS. */
export function isBlocked(to: Destination, policy: AddressPolicy, allowHosts: ReadonlySet<string>): boolean {
  if (isOpen(to, allowHosts)) return false;
  const hostname = to.hostname.replace(/^\[|\]$/g, "");
  if (isIP(hostname) !== 0 || hostname.includes("%")) return !policy.isAllowed(hostname);
  // `localhost` is open when the address it stands for is.
  if (normalize(hostname) === "localhost") return !(policy.isAllowed("127.0.0.1") || policy.isAllowed("::1"));
  return isLocalName(hostname);
}

/** Opened by name and port: one service of a machine, not all of them. */
function isOpen({ hostname, port, protocol }: Destination, allowHosts: ReadonlySet<string>): boolean {
  return allowHosts.has(`${normalize(hostname)}:${port || (protocol === "https:" ? "443" : "80")}`);
}

function normalize(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, "");
}

function blocked(): UpstreamError {
  return new UpstreamError("blocked", "This address is not allowed: it is private, local or reserved.");
}
