import type { IncomingHttpHeaders } from "node:http";
import { type AuthorizationServer, DEVICE_CODE_PATH, networkOf, type Person } from "@portico/auth";
import {
  AppError,
  CONNECTION_DAYS,
  type ConnectChoice,
  connect,
  type Deps,
  mayConnect,
  missingFields,
  READ_ONLY_PATH,
  toolGrantSchema,
} from "@portico/services";
import type { Telemetry } from "@portico/telemetry";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";

export interface OAuthRouteOptions {
  deps: Deps;
  telemetry: Telemetry;
  authorizationServer: AuthorizationServer;
  personOf: (headers: IncomingHttpHeaders) => Promise<Person | null>;
  isAllowedOrigin: (origin: string) => boolean;
}

const METADATA = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];

/** Without scripts the fields of a profile come along; they are not taken here. */
/** A choice of tools names each of them. */
const FORM_BYTES_MAX = 512 * 1024;
const DAY_MS = 86_400_000;
const CODE_CHARS_MAX = 40;
const STATE_CHARS_MAX = 2_048;
/** Wrong codes from terminals in ten minutes. A network is an office, a person one keyboard. */
const WRONG_CODES_MS = 600_000;
const WRONG_CODES_MAX = { person: 10, network: 50 };

/** What is answered here is never framed, kept, run as a page, or named to the next site. */
const HEADERS = {
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
};

/** The authorization server, and the two steps of consent that belong to it rather than to the web app. */
export function oauthRoutes({
  deps,
  telemetry,
  authorizationServer,
  personOf,
  isAllowedOrigin,
}: OAuthRouteOptions): FastifyPluginAsync {
  return async (app) => {
    // oidc-provider reads the body itself; Fastify hands the untouched stream over.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, _payload, done) => done(null));
    const hand = async (request: FastifyRequest, reply: FastifyReply) => {
      reply.hijack();
      await authorizationServer.handle(request.raw, reply.raw, { ip: request.ip });
    };
    /** The provider answers by itself; when it cannot, the browser is told so rather than left waiting. */
    const settle = async (reply: FastifyReply, work: () => Promise<void>) => {
      reply.hijack();
      try {
        await work();
      } catch (error) {
        telemetry.reportError(error, { where: "oauth" });
        if (reply.raw.headersSent) reply.raw.destroy();
        else reply.raw.writeHead(303, { location: "/connect/error?reason=server_error" }).end();
      }
    };

    app.addHook("onRequest", async (request, reply) => {
      if (!request.url.startsWith("/oauth/")) return;
      // On the bare response: most answers here are written past Fastify.
      for (const [name, value] of Object.entries(HEADERS)) reply.raw.setHeader(name, value);
      if (!request.url.startsWith("/oauth/jwks")) reply.raw.setHeader("cache-control", "no-store");
    });

    for (const path of METADATA) {
      app.route({ method: ["GET", "OPTIONS"], url: path, handler: hand });
      // Clients of older revisions look for the metadata below or beside the server's own path. RFC 8414 §3.1.
      for (const end of ["", READ_ONLY_PATH])
        app.route({
          method: ["GET", "OPTIONS"],
          url: `${path}/mcp/:organization/:server${end}`,
          handler: async (request, reply) => {
            request.raw.url = path;
            await hand(request, reply);
          },
        });
    }
    app.options("/oauth/register", async (request, reply) => {
      const { origin } = request.headers;
      if (!origin || !isAllowedOrigin(origin)) return reply.code(403).send();
      return reply
        .code(204)
        .headers({
          "access-control-allow-origin": origin,
          "access-control-allow-methods": "POST",
          "access-control-allow-headers": "content-type, mcp-protocol-version",
          vary: "origin",
        })
        .send();
    });
    app.post("/oauth/register", async (request, reply) => {
      const { origin } = request.headers;
      if (origin && isAllowedOrigin(origin)) reply.raw.setHeader("access-control-allow-origin", origin);
      await hand(request, reply);
    });
    // What is carried along for a client comes back in an address, which has to stay one that browsers and servers take.
    app.get<{ Querystring: { state?: string | string[] } }>("/oauth/authorize", async (request, reply) => {
      if (String(request.query.state ?? "").length <= STATE_CHARS_MAX) return hand(request, reply);
      const text = `The app that sent you here passed on more than Portico carries back to it: "state" may have ${STATE_CHARS_MAX} characters. Tell whoever makes the app.`;
      return reply.code(400).headers(HEADERS).type("text/plain; charset=utf-8").send(text);
    });
    app.route({ method: ["GET", "POST", "OPTIONS"], url: "/oauth/*", handler: hand });

    /** A form of another site cannot say yes: browsers send the origin with every cross-origin POST, and cookies are SameSite=Lax. */
    const refuseOtherPages = (request: FastifyRequest) => {
      if (request.headers.origin !== deps.publicUrl)
        throw new AppError("forbidden", "This answer did not come from Portico's own page.");
    };
    /** Whether this person, and this network, may try one more code; `isRight` takes the try back. */
    const countCode = async (person: Person, ip: string) => {
      const keys = { person: `device-codes:${person.id}`, network: `device-codes:${networkOf(ip)}` };
      const add = (by: number) =>
        Promise.all([
          deps.state.increment(keys.person, WRONG_CODES_MS, by),
          deps.state.increment(keys.network, WRONG_CODES_MS, by),
        ]);
      const [ofPerson, ofNetwork] = await add(1);
      return {
        mayTry: ofPerson <= WRONG_CODES_MAX.person && ofNetwork <= WRONG_CODES_MAX.network,
        isRight: () => add(-1),
      };
    };

    // Where the provider sends the browser when it needs a person: its cookie is bound to this path, so answers come back to it.
    app.get<{ Params: { uid: string } }>("/oauth/interaction/:uid", async (request, reply) => {
      const pending = await authorizationServer.readRequest(request.raw, reply.raw);
      return reply.redirect(
        pending ? `/connect/${encodeURIComponent(pending.uid)}` : "/connect/error?reason=expired",
        303,
      );
    });
    app.register(async (form) => {
      form.removeAllContentTypeParsers();
      form.addContentTypeParser(
        "application/x-www-form-urlencoded",
        { parseAs: "string", bodyLimit: FORM_BYTES_MAX },
        (_request, body, done) => done(null, new URLSearchParams(String(body))),
      );
      form.post<{ Body: URLSearchParams | undefined }>(DEVICE_CODE_PATH, async (request, reply) => {
        refuseOtherPages(request);
        const typed = (request.body?.get("user_code") ?? "").slice(0, CODE_CHARS_MAX);
        const person = await personOf(request.headers);
        if (!person)
          return reply.redirect(
            `/sign-in?next=${encodeURIComponent(`/device?${new URLSearchParams({ user_code: typed })}`)}`,
            303,
          );
        const tries = await countCode(person, request.ip);
        if (!tries.mayTry) return reply.redirect("/device?problem=many", 303);
        await settle(reply, async () => {
          const problem = await authorizationServer.enterCode(request.raw, reply.raw, typed);
          if (problem) reply.raw.writeHead(303, { location: `/device?problem=${problem}` }).end();
          else await tries.isRight();
        });
      });
      form.post<{ Params: { uid: string }; Body: URLSearchParams | undefined }>(
        "/oauth/interaction/:uid",
        async (request, reply) => {
          refuseOtherPages(request);
          const pending = await authorizationServer.readRequest(request.raw, reply.raw);
          if (pending?.uid !== request.params.uid) return reply.redirect("/connect/error?reason=expired", 303);
          if (pending.device === "over") return reply.redirect("/device?problem=over", 303);
          if (request.body?.get("decision") !== "approve") {
            return settle(reply, () => authorizationServer.deny(request.raw, reply.raw));
          }
          const person = await personOf(request.headers);
          if (!person) return reply.redirect(`/connect/${encodeURIComponent(pending.uid)}`, 303);
          const { clientId, clientName, resource } = pending;
          const choice = readChoice(request.body);
          const { profileId, endsAt } = choice;
          const asked = { userId: person.id, resource, profileId };
          // The page says why not; here it only must not go through.
          if (!(await mayConnect(deps, asked)) || (await missingFields(deps, asked)).length > 0)
            return reply.redirect(`/connect/${encodeURIComponent(pending.uid)}`, 303);
          const record = async (grantId: string) => {
            await connect(deps, { ...asked, ...choice, clientId, clientName, grantId });
          };
          await settle(reply, () =>
            authorizationServer.approve(request.raw, reply.raw, { personId: person.id, record, endsAt }),
          );
        },
      );
    });
  };
}

/** All of them, unless fewer were chosen; a choice that cannot be read is one of none. */
function readTools(form: URLSearchParams): ConnectChoice["tools"] {
  const kind = form.get("tools");
  if (kind === "reading") return kind;
  if (kind !== "chosen") return "all";
  try {
    return toolGrantSchema.parse({ operations: JSON.parse(form.get("operations") ?? "") });
  } catch {
    return { operations: [] };
  }
}

/** What was chosen on the connect page; what is not there, or no choice, is as if nothing had been asked. */
function readChoice(form: URLSearchParams): Pick<ConnectChoice, "profileId" | "tools"> & { endsAt?: Date } {
  const days = CONNECTION_DAYS.find((some) => String(some) === form.get("days"));
  return {
    profileId: form.get("profile") || null,
    tools: readTools(form),
    ...(days ? { endsAt: new Date(Date.now() + days * DAY_MS) } : {}),
  };
}
