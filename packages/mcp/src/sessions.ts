import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Principal } from "./contract.ts";
import { isObject, type JsonObject } from "./json-rpc.ts";

/** What a legacy client said at `initialize`: all that later requests of the session need to know. */
export interface Session {
  protocolVersion: string;
  capabilities: JsonObject;
  clientInfo: { name?: string; version?: string };
}

/** A session that its id has opened. */
export interface OpenSession extends Session {
  /** A hash of the id. It names the session wherever the id itself is not told, and nobody without the id can make it. */
  key: string;
}

/** Whose session it is. Another subject, client or server cannot use it. */
export interface SessionOwner {
  serverId: string;
  kind: Principal["kind"];
  subject: string;
  clientId?: string;
}

/** Turns a session into an id that describes itself, and back. Ids are printable ASCII. */
export interface SessionCodec {
  sign(session: Session, owner: SessionOwner): string;
  /** Undefined for everything that is not a living session of this owner: forged, foreign or expired alike. */
  verify(sid: string, owner: SessionOwner): OpenSession | undefined;
}

export interface SessionCodecOptions {
  /** HMAC keys of at least 32 bytes. The first signs, all verify. */
  keys: Uint8Array[];
  /** Milliseconds since 1970. */
  now: () => number;
  ttlSeconds: number;
}

interface Payload {
  /** Expiry, in seconds since 1970. */
  e: number;
  /** Randomness, so that ids are unguessable and no two sessions are equal. */
  n: string;
  p: string;
  c?: JsonObject;
  i?: { name?: string; version?: string };
}

const KEY_BYTES_MIN = 32;
const NONCE_BYTES = 16;
const CAPABILITIES_CHARS_MAX = 1024;
const CLIENT_INFO_CHARS_MAX = 128;
const SID_CHARS_MAX = 4096;
const VERIFIED_SIDS_MAX = 2048;

/** One per process. It holds the signing keys, the clock and a bounded memory of ids it has already verified. */
export function createSessionCodec({ keys, now, ttlSeconds }: SessionCodecOptions): SessionCodec {
  const [signingKey] = keys;
  if (signingKey === undefined) throw new Error("A session codec needs at least one key.");
  if (keys.some((key) => key.byteLength < KEY_BYTES_MIN)) throw new Error("A session key has at least 32 bytes.");
  const verified = new Map<string, Verified>();
  const nowSeconds = () => Math.floor(now() / 1000);

  return {
    sign(session, owner) {
      const payload = encode(toPayload(session, nowSeconds() + ttlSeconds));
      return `${payload}.${mac(signingKey, payload, ownerText(owner))}`;
    },

    verify(sid, owner) {
      if (sid.length > SID_CHARS_MAX) return undefined;
      const known = verified.get(sid);
      if (known && !isSame(known.owner, owner)) return undefined;
      const entry = known ?? open(keys, sid, owner);
      if (entry === undefined) return undefined;
      if (entry.expiresAtSeconds <= nowSeconds()) {
        verified.delete(sid);
        return undefined;
      }
      // Which was used last matters only when one has to go.
      if (!known || verified.size > VERIFIED_SIDS_MAX / 2) remember(verified, sid, entry);
      return entry.session;
    },
  };
}

interface Verified {
  session: OpenSession;
  /** The only one for whom the signature is right. */
  owner: SessionOwner;
  expiresAtSeconds: number;
}

function isSame(a: SessionOwner, b: SessionOwner): boolean {
  return a.serverId === b.serverId && a.kind === b.kind && a.subject === b.subject && a.clientId === b.clientId;
}

function open(keys: Uint8Array[], sid: string, owner: SessionOwner): Verified | undefined {
  const bound = ownerText(owner);
  const dot = sid.indexOf(".");
  if (dot === -1) return undefined;
  const payload = sid.slice(0, dot);
  const given = sid.slice(dot + 1);
  if (!keys.some((key) => isEqual(given, mac(key, payload, bound)))) return undefined;
  const decoded = decode(payload);
  if (decoded === undefined) return undefined;
  const session = { ...toSession(decoded), key: hash("sha256", sid, "base64url") };
  return { session, owner, expiresAtSeconds: decoded.e };
}

/** The owner is signed but not written down: the id tells nobody whose it is. */
function mac(key: Uint8Array, payload: string, bound: string): string {
  return createHmac("sha256", key).update(payload).update("\n").update(bound).digest("base64url");
}

/**
 * Compares the text, not the bytes: base64 has several spellings of the same bytes, and a second spelling of a
 * deleted session's id would not be found among the tombstones.
 */
function isEqual(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function ownerText(owner: SessionOwner): string {
  return JSON.stringify([owner.serverId, owner.kind, owner.subject, owner.clientId ?? null]);
}

function toPayload(session: Session, expiresAtSeconds: number): Payload {
  return {
    e: expiresAtSeconds,
    n: randomBytes(NONCE_BYTES).toString("base64url"),
    p: session.protocolVersion,
    c: fits(session.capabilities) ? session.capabilities : undefined,
    i: { name: clip(session.clientInfo.name), version: clip(session.clientInfo.version) },
  };
}

function toSession(payload: Payload): Session {
  return { protocolVersion: payload.p, capabilities: payload.c ?? {}, clientInfo: payload.i ?? {} };
}

/** Capabilities too long or too deep for a header are dropped: the client then gets nothing that needs one. */
function fits(capabilities: JsonObject): boolean {
  try {
    return JSON.stringify(capabilities).length <= CAPABILITIES_CHARS_MAX;
  } catch {
    return false;
  }
}

function clip(text: string | undefined): string | undefined {
  return text?.slice(0, CLIENT_INFO_CHARS_MAX);
}

function encode(payload: Payload): string {
  return Buffer.from(JSON.stringify(payload)).toString("base64url");
}

/** Only called on text that one of our keys has signed; a key shared with something else must still not crash us. */
function decode(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    return isPayload(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPayload(value: unknown): value is Payload & JsonObject {
  return isObject(value) && typeof value.e === "number" && typeof value.p === "string";
}

function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size <= VERIFIED_SIDS_MAX) return;
  const oldest = cache.keys().next().value;
  if (oldest !== undefined) cache.delete(oldest);
}
