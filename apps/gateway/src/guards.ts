import type { FastifyReply, FastifyRequest } from "fastify";
import { headerValues } from "./header-values.ts";

const PROBES = new Set(["/healthz", "/readyz"]);
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The first thing that every request meets: one Host header, one that is ours, and a path. A page that rebinds its name to our
 * address comes with its own name and is turned away. Loopback names reach a Portico that is served on one.
 */
export function requestGuards({ publicUrl }: { publicUrl: string }) {
  const { host, hostname, protocol, port } = new URL(publicUrl);
  const isLocal = LOOPBACK.has(hostname);
  const ownPort = port || (protocol === "https:" ? "443" : "80");

  function isOurs(given: string): boolean {
    if (given.toLowerCase() === host) return true;
    if (!isLocal || !URL.canParse(`http://${given}`)) return false;
    const url = new URL(`http://${given}`);
    return LOOPBACK.has(url.hostname) && (url.port || "80") === ownPort;
  }

  /** Calls back rather than promise: every request goes through here. */
  return (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    reply.header("x-content-type-options", "nosniff");
    if (!request.url.startsWith("/")) return refuse(reply, 400, "The request has to name a path.");
    if (PROBES.has(request.url)) return done();
    const hosts = headerValues(request.raw, "host");
    if (hosts.length !== 1) return refuse(reply, 400, "The request has to name exactly one host.");
    if (!isOurs(hosts[0] ?? ""))
      return refuse(
        reply,
        421,
        `This Portico answers at ${publicUrl}. Set PORTICO_URL if that is not the address people use.`,
      );
    done();
  };
}

function refuse(reply: FastifyReply, status: number, message: string): void {
  reply.code(status).send({ error: { code: "invalid_input", message } });
}
