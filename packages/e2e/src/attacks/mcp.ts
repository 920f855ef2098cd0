import type { Heard, Range } from "./range.ts";

/** One JSON-RPC request to a server, with whatever token. */
export function rpc(
  range: Range,
  url: string,
  token: string | undefined,
  method = "tools/list",
  params: object = {},
  headers: Record<string, string> = {},
): Promise<Heard> {
  return range.fetch(url.replace(range.url, ""), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method, params }),
  });
}

export const callTool = (range: Range, url: string, token: string | undefined, name: string, args: object = {}) =>
  rpc(range, url, token, "tools/call", { name, arguments: args });

export async function statusAt(range: Range, url: string, token: string | undefined): Promise<number> {
  return (await rpc(range, url, token)).status;
}
