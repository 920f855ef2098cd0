import { isObject, type JsonObject } from "./json-rpc.ts";

/** The reserved `_meta` keys of MCP 2026-07-28 that we read or write. */
export const META_KEYS = {
  protocolVersion: "io.modelcontextprotocol/protocolVersion",
  clientCapabilities: "io.modelcontextprotocol/clientCapabilities",
  clientInfo: "io.modelcontextprotocol/clientInfo",
  serverInfo: "io.modelcontextprotocol/serverInfo",
  logLevel: "io.modelcontextprotocol/logLevel",
} as const;

/** What every modern request says about itself. */
export interface Envelope {
  protocolVersion: string;
  clientCapabilities: JsonObject;
  clientInfo?: { name: string; version: string };
}

const REQUIRED_KEYS = [META_KEYS.protocolVersion, META_KEYS.clientCapabilities];

export function metaOf(params: unknown): JsonObject | undefined {
  if (!isObject(params)) return undefined;
  return isObject(params._meta) ? params._meta : undefined;
}

export function missingEnvelopeKeys(meta: JsonObject): string[] {
  return REQUIRED_KEYS.filter((key) => !Object.hasOwn(meta, key));
}

/** The envelope, or the first thing wrong with it. */
export function validateEnvelope(meta: JsonObject): Envelope | { problem: string } {
  const missing = missingEnvelopeKeys(meta)[0];
  if (missing !== undefined) return { problem: `_meta["${missing}"] is missing` };
  const protocolVersion = meta[META_KEYS.protocolVersion];
  const clientCapabilities = meta[META_KEYS.clientCapabilities];
  const clientInfo = meta[META_KEYS.clientInfo];
  if (typeof protocolVersion !== "string") return wrong(META_KEYS.protocolVersion, "a string");
  if (!isObject(clientCapabilities)) return wrong(META_KEYS.clientCapabilities, "an object");
  if (clientInfo === undefined) return { protocolVersion, clientCapabilities };
  if (!isImplementation(clientInfo)) return wrong(META_KEYS.clientInfo, "an object with name and version");
  return { protocolVersion, clientCapabilities, clientInfo };
}

function isImplementation(value: unknown): value is { name: string; version: string } {
  return isObject(value) && typeof value.name === "string" && typeof value.version === "string";
}

function wrong(key: string, expected: string): { problem: string } {
  return { problem: `_meta["${key}"] must be ${expected}` };
}
