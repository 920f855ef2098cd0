import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Reply } from "./contract.ts";
import { isObject, type JsonObject } from "./json-rpc.ts";
import type { SessionOwner } from "./sessions.ts";

/** What a question belongs to: whose it is, and the request that is to be repeated word for word. */
export interface QuestionOwner extends SessionOwner {
  method: string;
  name: string;
  args: unknown;
}

/** What is remembered between asking a person and hearing from them. */
export interface RequestState {
  /** The questions that are open. */
  keys: string[];
  /** What was replied before. */
  replies: Record<string, Reply>;
}

/** Hands the state of a question to the client, signed, and takes it back (MCP 2026-07-28, multi-round-trip requests). */
export interface RequestStateCodec {
  sign(state: RequestState, owner: QuestionOwner): string;
  /** Undefined for what is forged, expired, another caller's, or of a request that is not the same. */
  verify(text: string, owner: QuestionOwner): (RequestState & { nonce: string }) | undefined;
}

export interface RequestStateCodecOptions {
  /** HMAC keys of at least 32 bytes. The first signs, all verify. */
  keys: Uint8Array[];
  /** Milliseconds since 1970. */
  now: () => number;
  ttlSeconds: number;
}

interface Payload {
  /** Expiry, in seconds since 1970. */
  e: number;
  n: string;
  k: string[];
  r: Record<string, Reply>;
}

const NONCE_BYTES = 16;
const STATE_CHARS_MAX = 64 * 1024;

export function createRequestStateCodec({ keys, now, ttlSeconds }: RequestStateCodecOptions): RequestStateCodec {
  const [signingKey] = keys;
  if (signingKey === undefined) throw new Error("A request state codec needs at least one key.");
  return {
    sign(state, owner) {
      const payload: Payload = {
        e: Math.floor(now() / 1000) + ttlSeconds,
        n: randomBytes(NONCE_BYTES).toString("base64url"),
        k: state.keys,
        r: state.replies,
      };
      const text = Buffer.from(JSON.stringify(payload)).toString("base64url");
      return `${text}.${mac(signingKey, text, owner)}`;
    },
    verify(text, owner) {
      const dot = text.indexOf(".");
      if (dot < 0 || text.length > STATE_CHARS_MAX) return undefined;
      const body = text.slice(0, dot);
      const given = Buffer.from(text.slice(dot + 1));
      const isOurs = keys.some((key) => {
        const expected = Buffer.from(mac(key, body, owner));
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
      if (!isOurs) return undefined;
      const payload: unknown = JSON.parse(Buffer.from(body, "base64url").toString());
      if (!isPayload(payload) || payload.e * 1000 <= now()) return undefined;
      return { keys: payload.k, replies: payload.r, nonce: payload.n };
    },
  };
}

function mac(key: Uint8Array, body: string, { serverId, kind, subject, clientId, method, name, args }: QuestionOwner) {
  const digest = createHash("sha256").update(canonical(args)).digest("base64url");
  const owner = JSON.stringify([serverId, kind, subject, clientId ?? null, method, name, digest]);
  return createHmac("sha256", key)
    .update("request-state\n")
    .update(body)
    .update("\n")
    .update(owner)
    .digest("base64url");
}

/** The same text for equal values: a client may write its arguments in another order the second time. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
    ) ?? ""
  );
}

/** Signed with our key; a key shared with something else must still not crash us. */
function isPayload(value: unknown): value is Payload & JsonObject {
  return (
    isObject(value) &&
    typeof value.e === "number" &&
    typeof value.n === "string" &&
    Array.isArray(value.k) &&
    isObject(value.r)
  );
}
