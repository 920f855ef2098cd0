import http from "node:http";
import type { AddressInfo } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import { apiKey } from "./portico.ts";

/** A client that is connected with the key of the organization. */
export async function connect(url: string): Promise<Client> {
  const client = new Client({ name: "story", version: "1" });
  const requestInit = { headers: { authorization: `Bearer ${apiKey}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return client;
}

/** The tools that a client lists there. */
export async function namesAt(url: string): Promise<string[]> {
  const client = await connect(url);
  const { tools } = await client.listTools();
  await client.close();
  return tools.map(({ name }) => name);
}

/** Where a native client waits for the browser to come back with the code. */
export async function startCallback(): Promise<{ url: string; code: Promise<string>; stop: () => void }> {
  let arrived: (code: string) => void = () => {};
  const code = new Promise<string>((resolve) => {
    arrived = resolve;
  });
  const server = http.createServer((request, response) => {
    const given = new URL(request.url ?? "/", "http://localhost").searchParams.get("code");
    response.end("You can close this window.");
    if (given) arrived(given);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    code,
    stop: () => server.close(),
  };
}

/** The SDK's own OAuth client; it only hands the address to open to `open`. */
export function oauthProvider(redirectUrl: string, open: (url: URL) => void): OAuthClientProvider {
  const kept: Record<string, unknown> = {};
  return {
    redirectUrl,
    clientMetadata: {
      client_name: "Story client",
      redirect_uris: [redirectUrl],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    },
    clientInformation: () => kept.client as undefined,
    saveClientInformation: (client) => {
      kept.client = client;
    },
    tokens: () => kept.tokens as undefined,
    saveTokens: (tokens) => {
      kept.tokens = tokens;
    },
    redirectToAuthorization: open,
    saveCodeVerifier: (verifier) => {
      kept.verifier = verifier;
    },
    codeVerifier: () => String(kept.verifier),
  };
}
