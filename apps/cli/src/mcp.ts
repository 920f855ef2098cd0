import { type Api, ApiError } from "./api.ts";
import { serverPath } from "./command.ts";

const PROTOCOL = "2026-07-28";
const META = "io.modelcontextprotocol";

/** One stateless MCP request. MCP 2026-07-28, transports. */
export async function mcpRequest<T>(
  url: string,
  key: string,
  method: string,
  params: Record<string, unknown>,
): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": PROTOCOL,
      "mcp-method": method,
      ...(typeof params.name === "string" ? { "mcp-name": headerValue(params.name) } : {}),
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          [`${META}/protocolVersion`]: PROTOCOL,
          [`${META}/clientCapabilities`]: {},
          [`${META}/clientInfo`]: { name: "portico-cli", version: "0.1.0" },
        },
      },
    }),
  });
  const text = await response.text();
  let answer: { result?: T; error?: { code: number; message: string } };
  try {
    answer = JSON.parse(text);
  } catch {
    throw new ApiError(
      `http_${response.status}`,
      `The server answered ${response.status} with something that is not MCP.`,
    );
  }
  if (answer.error || answer.result === undefined)
    throw new ApiError(
      String(answer.error?.code ?? response.status),
      answer.error?.message ?? "The server answered without a result.",
    );
  return answer.result;
}

/** Names outside visible ASCII travel in base64. MCP 2026-07-28, transports, "Mcp-Name". */
function headerValue(name: string): string {
  return /^[\x21-\x7e]+$/.test(name) && !name.startsWith("=?base64?")
    ? name
    : `=?base64?${Buffer.from(name).toString("base64")}?=`;
}

/** The MCP address of a server given by slug, id or address. The API key goes nowhere but to its own Portico. */
export async function mcpUrl(portico: Api, server: string): Promise<string> {
  if (/^https?:\/\//.test(server)) {
    if (server.startsWith(`${portico.url}/`)) return server;
    throw new ApiError("usage", `${server} is not on ${portico.url}: set PORTICO_URL or --url to where it is.`);
  }
  return (await portico.request<{ mcpUrl: string }>("GET", serverPath(server))).mcpUrl;
}
