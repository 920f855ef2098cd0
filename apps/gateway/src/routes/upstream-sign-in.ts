import type { IncomingHttpHeaders } from "node:http";
import type { Person } from "@portico/auth";
import { AppError, type Deps, type EndedSignIn, endUpstreamSignIn, type SignInBack } from "@portico/services";
import type { Telemetry } from "@portico/telemetry";
import { type Egress, requestToken } from "@portico/upstream";
import type { FastifyPluginAsync, FastifyReply } from "fastify";

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
    app.get<{ Querystring: Query; Params: { organizationId: string } }>(
      "/oauth/upstream/callback/:organizationId",
      async (request, reply) => {
        reply.headers({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
        const answer = readAnswer(request.query);
        const person = await personOf(request.headers);
        if (!person || !answer) return refuse(reply);
        try {
          const { back, outcome, problem } = await endUpstreamSignIn(
            { ...deps, ip: request.ip },
            {
              organizationId: request.params.organizationId,
              person: { id: person.id, sessionId: person.sessionId },
              ...answer,
            },
            (client, redeemed) => requestToken(egress, client, { type: "authorization_code", ...redeemed }),
          );
          if (problem) telemetry.logger.warn({ problem }, "a sign-in at an API failed");
          return reply.redirect(pageOf(back, outcome), 303);
        } catch (failure) {
          if (!(failure instanceof AppError)) throw failure;
          return refuse(reply);
        }
      },
    );
  };
}

/** What came in the address; undefined without a state, and with anything twice. */
function readAnswer(query: Query) {
  const { state, code, error, iss } = query;
  if (typeof state !== "string" || Array.isArray(code) || Array.isArray(error) || Array.isArray(iss)) return undefined;
  return { state, ...(code ? { code } : {}), ...(error ? { error } : {}), ...(iss === undefined ? {} : { iss }) };
}

function refuse(reply: FastifyReply) {
  return reply.redirect("/connect/error?reason=upstream_sign_in", 303);
}

/** The page of ours that a person came from, which says what came of it. */
function pageOf(back: SignInBack, outcome: EndedSignIn["outcome"]): string {
  const query = new URLSearchParams({ "sign-in": outcome });
  if (back.page === "credentials") return `/servers/${encodeURIComponent(back.slug)}/credentials?${query}`;
  if (back.page === "connections") {
    query.set("edit", back.connectionId);
    return `/connections?${query}`;
  }
  const { profileId, tools, days } = back.picks;
  query.set("profile", profileId);
  query.set("tools", tools);
  if (days !== undefined) query.set("days", String(days));
  return `/connect/${encodeURIComponent(back.uid)}?${query}`;
}
