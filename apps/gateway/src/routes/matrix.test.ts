import { createApiKey } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, inject, publicUrl, startTestGateway, type TestGateway } from "../testing.ts";

/** What a route is about: nobody's thing, or what stands in its address, and what everybody else hears. */
type Route = { of: "nobody" } | { of: string; refused: number[] };

const DISCOVERY: Route = { of: "nobody" };
const SERVER: Route = { of: "a server", refused: [401, 404, 405] };
/** Every route of the gateway. `/api/v1` and the pages are the web app's, whose matrix is in the attacks (XT-01). */
const ROUTES: Record<string, Route> = {
  "/healthz": { of: "nobody" },
  "/readyz": { of: "nobody" },
  "/.well-known/oauth-protected-resource/mcp/:organization/:server": DISCOVERY,
  "/.well-known/oauth-protected-resource/mcp/:organization/:server/read": DISCOVERY,
  "/.well-known/oauth-authorization-server": DISCOVERY,
  "/.well-known/oauth-authorization-server/mcp/:organization/:server": DISCOVERY,
  "/.well-known/oauth-authorization-server/mcp/:organization/:server/read": DISCOVERY,
  "/.well-known/openid-configuration": DISCOVERY,
  "/.well-known/openid-configuration/mcp/:organization/:server": DISCOVERY,
  "/.well-known/openid-configuration/mcp/:organization/:server/read": DISCOVERY,
  "/mcp/:organization/:server": SERVER,
  "/mcp/:organization/:server/read": SERVER,
  "/mcp/:organization/:server/sse": SERVER,
  "/mcp/:organization/:server/messages": SERVER,
  "/files/:token": { of: "an answer that was kept", refused: [404] },
  "/icons/:version": { of: "a published version", refused: [404] },
  "/oauth/upstream/callback/:organizationId": { of: "a sign-in under way", refused: [303, 302] },
  "/oauth/register": { of: "nobody" },
  "/oauth/authorize": { of: "nobody" },
  "/oauth/interaction/:uid": { of: "a request to connect", refused: [302, 303, 403] },
  "/oauth/device/code": { of: "a terminal", refused: [303, 403] },
  /** The provider's own, and what the web app answers. */
  "*": { of: "nobody" },
};

/** The routes as Fastify prints them, a line each below the one that it goes on from, with their methods. */
function listRoutes(printed: string): [path: string, methods: string[]][] {
  const above: string[] = [];
  return printed.split("\n").flatMap((line): [string, string[]][] => {
    const found = /^((?:│ {3}| {4})*)[├└]── (\S+)(?: \(([^)]*)\))?/.exec(line);
    if (!found) return [];
    const [, indent = "", part = "", methods = ""] = found;
    const depth = indent.length / 4;
    above.length = depth;
    above.push((above.at(-1) ?? "") + part);
    return methods ? [[above.at(-1) ?? "", methods.split(", ")]] : [];
  });
}

/** What a route takes, so that it is not the form of it that is refused. */
const bodyFor = (route: string) =>
  route.startsWith("/oauth/")
    ? {
        headers: { "content-type": "application/x-www-form-urlencoded" },
        payload: "decision=approve&user_code=AAAA-AAAA",
      }
    : {
        headers: { "content-type": "application/json" },
        payload: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
      };

describe("XT-01: the routes of the gateway", () => {
  let gateway: TestGateway;
  let routes: [string, string[]][];
  let path: string;
  let strangersKey: string;
  beforeAll(async () => {
    gateway = await startTestGateway({ hasTwoAddresses: true });
    routes = listRoutes(gateway.app.printRoutes({ commonPrefix: false }));
    const published = await gateway.publish({ slug: "matrix" });
    path = published.path;
    strangersKey = (await createApiKey({ ctx: gateway.services.stranger, input: { name: "stranger" } })).key;
  });
  afterAll(() => gateway?.close());

  it("are all in the matrix, and nothing is in it that is gone", () => {
    expect(routes.map(([route]) => route).sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it.each(Object.entries(ROUTES).flatMap(([route, about]) => (about.of === "nobody" ? [] : [[route, about] as const])))(
    "%s is nothing to who has not signed in, nor to another organization",
    async (route, about) => {
      const [, , organization = "", server = ""] = path.split("/");
      const { versionId, organizationId } = await theirs();
      const url = route
        .replace(":organizationId", organizationId)
        .replace(":organization", organization)
        .replace(":server", server)
        .replace(":version", versionId)
        .replace(/:(token|uid)/, "made-up");
      const methods = routes.find(([one]) => one === route)?.[1] ?? [];
      for (const method of methods.filter((one) => one !== "OPTIONS"))
        for (const headers of [{}, bearer(strangersKey), bearer("made-up"), { cookie: "portico.session_token=a.b" }]) {
          const answer = await inject(gateway.app, {
            method: method as "GET",
            url,
            ...(method === "POST" ? bodyFor(route) : {}),
            headers: {
              ...{ accept: "application/json, text/event-stream", origin: publicUrl },
              ...(method === "POST" ? bodyFor(route).headers : {}),
              ...headers,
            },
          });
          expect((about as { refused: number[] }).refused, `${method}: ${answer.text}`).toContain(answer.status);
          expect(answer.text).not.toMatch(/listNotes|addNote/);
        }
    },
  );

  async function theirs() {
    const server = await gateway.deps.db.server.findFirstOrThrow({ where: { slug: "matrix" } });
    return { versionId: server.publishedVersionId ?? "", organizationId: server.organizationId };
  }
});
