import { TOOLS_SCOPE } from "@portico/auth";
import type { FastifyPluginAsync } from "fastify";
import type { Servers } from "../serving/servers.ts";

/** Protected-resource metadata of each server. RFC 9728 §3: the well-known name goes before the resource's path. */
export function wellKnownRoutes({ publicUrl, servers }: { publicUrl: string; servers: Servers }): FastifyPluginAsync {
  return async (app) => {
    app.addHook("onRequest", async (_request, reply) => {
      reply.header("access-control-allow-origin", "*").header("access-control-allow-headers", "mcp-protocol-version");
    });
    app.get<{ Params: { organization: string; server: string } }>(
      "/.well-known/oauth-protected-resource/mcp/:organization/:server",
      async ({ params: { organization, server } }, reply) => {
        if (!(await servers.pointerOf(organization, server)))
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
