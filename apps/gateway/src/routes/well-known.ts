import { TOOLS_SCOPE } from "@portico/auth";
import type { FastifyPluginAsync } from "fastify";
import type { Servers } from "../serving/servers.ts";

/** Protected-resource metadata of each server. RFC 9728 §3: the well-known name goes before the resource's path. */
export function wellKnownRoutes({ publicUrl, servers }: { publicUrl: string; servers: Servers }): FastifyPluginAsync {
  return async (app) => {
    app.addHook("onRequest", async (_request, reply) => {
      reply.header("access-control-allow-origin", "*").header("access-control-allow-headers", "mcp-protocol-version");
    });
    const path = "/.well-known/oauth-protected-resource/mcp/:organization/:server";
    // Browser clients name their protocol version here too, which makes browsers ask first.
    app.options(path, (_request, reply) => reply.code(204).send());
    app.get<{ Params: { organization: string; server: string } }>(
      path,
      async ({ params: { organization, server } }, reply) => {
        // Alike for what is unknown, paused or not published, as at the endpoint itself.
        if (!(await servers.resolve(organization, server)))
          return reply.code(404).send({ error: { code: "not_found", message: "There is no such server." } });
        return {
          resource: `${publicUrl}/mcp/${organization}/${server}`,
          authorization_servers: [publicUrl],
          scopes_supported: [TOOLS_SCOPE],
          bearer_methods_supported: ["header"],
        };
      },
    );
  };
}
