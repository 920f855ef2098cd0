import { AppError } from "@portico/services";
import type { FastifyPluginAsync } from "fastify";
import { iconPath, type Servers } from "../serving/servers.ts";

/** A picture can hold a script (SVG): opened by itself it runs nothing, loads nothing and has no origin. */
const HEADERS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "cache-control": "public, max-age=31536000, immutable",
  // Pages of clients show it.
  "cross-origin-resource-policy": "cross-origin",
  "access-control-allow-origin": "*",
};

/** /icons/{version}: a server's picture, for whoever knows the version's id. */
export function iconRoutes({ servers }: { servers: Servers }): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Params: { version: string } }>(iconPath(":version"), async (request, reply) => {
      const { version } = request.params;
      const icon = /^\w+$/.test(version) ? await servers.iconOf(version) : undefined;
      if (!icon) throw new AppError("not_found", "There is no icon at this address.");
      return reply.headers(HEADERS).type(icon.mimeType).send(icon.bytes);
    });
  };
}
