import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createEgress } from "../egress/egress.ts";
import { revokeToken } from "./revoke-token.ts";

/** What the authorization server says of itself, and how it answers to a token that is given back. */
let says: Record<string, unknown> = {};
let answer: (response: http.ServerResponse) => void;
let given: { url: string; authorization: string | undefined; body: string }[] = [];
const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const { url = "", method } = request;
  if (method === "POST") {
    given.push({ url, authorization: request.headers.authorization, body });
    return answer(response);
  }
  if (url !== "/.well-known/oauth-authorization-server") return response.writeHead(404).end();
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(says));
});
const egress = createEgress({ allow: ["127.0.0.0/8"] });
let at: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await egress.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  given = [];
  answer = (response) => response.writeHead(200).end();
  says = {
    issuer: at,
    authorization_endpoint: `${at}/authorize`,
    token_endpoint: `${at}/token`,
    revocation_endpoint: `${at}/revoke`,
  };
});

const client = (more: object = {}) => ({
  clientId: "portico",
  clientSecret: "s e/cret",
  tokenUrl: `${at}/token`,
  authorizationUrl: `${at}/authorize`,
  sendIn: "header" as const,
  ...more,
});
const revoke = (more: object = {}) => revokeToken(egress, client(more), "refresh-of-ada");

describe("a refresh token that is given back", () => {
  it("goes to the address that the metadata names, with what the client proves itself by", async () => {
    expect(await revoke()).toBe("revoked");
    expect(await revoke({ issuer: at, sendIn: "form" })).toBe("revoked");
    const [byHeader, byForm] = given;
    expect(byHeader).toEqual({
      url: "/revoke",
      authorization: `Basic ${Buffer.from("portico:s+e%2Fcret").toString("base64")}`,
      body: "token=refresh-of-ada&token_type_hint=refresh_token",
    });
    expect(byForm?.authorization).toBeUndefined();
    expect(new URLSearchParams(byForm?.body).get("client_secret")).toBe("s e/cret");
  });
  it.each<[string, () => object]>([
    ["names no such address", () => ({ revocation_endpoint: undefined })],
    ["gives tokens elsewhere", () => ({ token_endpoint: `${at}/other` })],
    ["calls itself something else", () => ({ issuer: "https://elsewhere.example" })],
    ["wants it over the open network", () => ({ revocation_endpoint: "http://elsewhere.example/revoke" })],
  ])("goes nowhere when the server %s", async (_what, more) => {
    says = { ...says, ...more() };
    expect(await revoke()).toBe("impossible");
    expect(given).toEqual([]);
  });
  it("goes to no address inside that the guard does not let through", async () => {
    const guarded = createEgress({ allow: [] });
    expect(await revokeToken(guarded, client(), "refresh-of-ada")).toBe("impossible");
    await guarded.close();
    expect(given).toEqual([]);
  });
  it("is sent nowhere else when the server sends it on, and is said not to be taken back when that is refused", async () => {
    answer = (response) => response.writeHead(307, { location: `${at}/elsewhere` }).end();
    expect(await revoke()).toBe("failed");
    expect(given.map(({ url }) => url)).toEqual(["/revoke"]);
    answer = (response) => response.writeHead(503).end();
    expect(await revoke()).toBe("failed");
  });
  it("is not waited for longer than five seconds", async () => {
    answer = () => {};
    const begun = Date.now();
    expect(await revoke()).toBe("failed");
    expect(Date.now() - begun).toBeLessThan(20_000);
  });
});
