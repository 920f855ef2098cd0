import type { ClientIdentity, Era, McpRequest } from "./contract.ts";
import { isObject } from "./json-rpc.ts";

/** The client as it presents itself in this request, every text clipped. */
export function identifyClient(
  request: McpRequest,
  era: Era,
  protocolVersion: string,
  clientInfo: unknown,
): ClientIdentity {
  const info = isObject(clientInfo) ? clientInfo : {};
  return {
    name: text(info.name),
    version: text(info.version),
    userAgent: text(request.headers["user-agent"]),
    protocolVersion,
    era,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value.slice(0, IDENTITY_CHARS_MAX) : undefined;
}

const IDENTITY_CHARS_MAX = 256;
