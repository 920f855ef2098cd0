import type { IncomingHttpHeaders } from "node:http";
import type { Person } from "@portico/auth";
import { AppError, type Deps, endUpstreamSignIn } from "@portico/services";
import type { Telemetry } from "@portico/telemetry";
import { type Egress, requestToken } from "@portico/upstream";
import type { FastifyPluginAsync } from "fastify";

export interface UpstreamSignInOptions {
  deps: Deps;
  telemetry: Telemetry;
  personOf: (headers: IncomingHttpHeaders) => Promise<Person | null>;
  egress: Egress;
}

type Query = Record<string, string | string[] | undefined>;

/** Where APIs send people back to after they have signed in there. What comes in the address is never shown and never sent on. */
export function upstreamSignInRoutes({ deps, telemetry, personOf, egress }: UpstreamSignInOptions): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Querystring: Query }>("/oauth/upstream/callback", async (request, reply) => {
      reply.headers({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
      const { state, code, error } = request.query;
      const person = await personOf(request.headers);
      if (!person || typeof state !== "string" || Array.isArray(code) || Array.isArray(error))
        return reply.redirect("/connect/error?reason=upstream_sign_in", 303);
      try {
        const { slug, problem } = await endUpstreamSignIn(
          deps,
          { state, personId: person.id, ...(code ? { code } : {}), ...(error ? { error } : {}) },
          (client, redeemed) => requestToken(egress, client, { type: "authorization_code", ...redeemed }),
        );
        if (problem) telemetry.logger.warn({ problem }, "a sign-in at an API failed");
        const outcome = problem ? "failed" : "connected";
        return reply.redirect(`/servers/${encodeURIComponent(slug)}/credentials?sign-in=${outcome}`, 303);
      } catch (failure) {
        if (!(failure instanceof AppError)) throw failure;
        return reply.redirect("/connect/error?reason=upstream_sign_in", 303);
      }
    });
  };
}
