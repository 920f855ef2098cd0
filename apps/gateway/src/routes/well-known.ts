import { TOOLS_SCOPE } from "@portico/auth";
import { READ_ONLY_PATH } from "@portico/services";
import type { FastifyPluginAsync } from "fastify";
import { refuseGuess } from "../serving/mcp-request.ts";
import type { RateLimits } from "../serving/rate-limits.ts";
import type { Servers } from "../serving/servers.ts";

/** Protected-resource metadata of each server. RFC 9728 §3: the well-known name goes before the resource's path. */
export function wellKnownRoutes({
  publicUrl,
  servers,
  rateLimits,
}: {
  publicUrl: string;
  servers: Servers;
  rateLimits: RateLimits;
}): FastifyPluginAsync {
  return async (app) => {
    app.addHook("onRequest", async (_request, reply) => {
      reply.header("access-control-allow-origin", "*").header("access-control-allow-headers", "mcp-protocol-version");
    });
    // The URL that only reads is a resource of its own.
    for (const end of ["", READ_ONLY_PATH]) {
      const path = `/.well-known/oauth-protected-resource/mcp/:organization/:server${end}`;
      // Browser clients name their protocol version here too, which makes browsers ask first.
      app.options(path, (_request, reply) => reply.code(204).send());
      app.get<{ Params: { organization: string; server: string } }>(path, async (request, reply) => {
        const { organization, server } = request.params;
        // Alike for what is unknown, paused or not published, as at the endpoint itself.
        const isKnown = (await servers.resolve(organization, server)) !== null;
        if (refuseGuess({ rateLimits }, request, reply, !isKnown)) return reply;
        if (!isKnown)
          return reply.code(404).send({ error: { code: "not_found", message: "There is no such server." } });
        return {
          resource: `${publicUrl}/mcp/${organization}/${server}${end}`,
          authorization_servers: [publicUrl],
          scopes_supported: [TOOLS_SCOPE],
          bearer_methods_supported: ["header"],
        };
      });
    }
  };
}
