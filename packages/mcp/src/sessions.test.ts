import { describe, expect, it } from "vitest";
import { createSessionCodec, type Session, type SessionOwner } from "./sessions.ts";

const owner: SessionOwner = { serverId: "srv_1", kind: "user", subject: "alice", clientId: "client-1" };
const session: Session = {
  protocolVersion: "2025-11-25",
  capabilities: { elicitation: { form: {} } },
  clientInfo: { name: "Ünïcode", version: "1.0" },
};

const key = (byte: number) => Buffer.alloc(32, byte);

function codec(keys = [key(1)], clock = { now: 1_800_000_000_000 }) {
  return createSessionCodec({ keys, now: () => clock.now, ttlSeconds: 60 });
}

describe("a session id", () => {
  it("carries what initialize said", () => {
    expect(codec().verify(codec().sign(session, owner), owner)).toEqual(session);
  });

  it("is printable ASCII, short and never repeated", () => {
    const { sign } = codec();
    const sids = new Set(Array.from({ length: 10_000 }, () => sign(session, owner)));
    expect(sids.size).toBe(10_000);
    for (const sid of sids) expect(sid).toMatch(/^[\x21-\x7e]{1,400}$/);
  });

  it.each([
    ["server", { serverId: "srv_2" }],
    ["subject", { subject: "bob" }],
    ["client", { clientId: "client-2" }],
    ["missing client", { clientId: undefined }],
    ["kind", { kind: "apiKey" }],
    ["shifted boundary", { serverId: 'srv_1","user', subject: "alice" }],
  ] as const)("does not open for another %s", (_, change) => {
    const { sign, verify } = codec();
    const sid = sign(session, owner);
    expect(verify(sid, owner)).toBeDefined();
    expect(verify(sid, { ...owner, ...change })).toBeUndefined();
  });

  it("does not survive the change of any one character", () => {
    const { sign, verify } = codec();
    const sid = sign(session, owner);
    for (let i = 0; i < sid.length; i++) {
      for (const letter of ["A", "B", "."]) {
        if (sid[i] === letter) continue;
        expect(verify(sid.slice(0, i) + letter + sid.slice(i + 1), owner)).toBeUndefined();
      }
    }
  });

  it("has one spelling: base64 with other padding bits is another id", () => {
    const { sign, verify } = codec();
    const sid = sign(session, owner);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const twin = sid.slice(0, -1) + alphabet[alphabet.indexOf(sid.slice(-1)) ^ 1];
    const macBytes = (text: string) => Buffer.from(text.slice(text.indexOf(".") + 1), "base64url");
    expect(macBytes(twin)).toEqual(macBytes(sid));
    expect(verify(twin, owner)).toBeUndefined();
    expect(verify(`${sid}=`, owner)).toBeUndefined();
  });

  it.each(["", ".", "../x", "*", "a:b", "x\r\ny", "__proto__", "%00", "a.b.c", "é.ü", "A".repeat(8192)])(
    "is not %j",
    (sid) => {
      expect(codec().verify(sid, owner)).toBeUndefined();
    },
  );

  it("expires, remembered or not", () => {
    const clock = { now: 1_800_000_000_000 };
    const { sign, verify } = codec([key(1)], clock);
    const [used, unused] = [sign(session, owner), sign(session, owner)];
    clock.now += 59_000;
    expect(verify(used, owner)).toEqual(session);
    clock.now += 1000;
    expect(verify(used, owner)).toBeUndefined();
    expect(verify(unused, owner)).toBeUndefined();
  });

  it("outlives a key rotation until its key is gone", () => {
    const sid = codec([key(1)]).sign(session, owner);
    expect(codec([key(2), key(1)]).verify(sid, owner)).toEqual(session);
    expect(codec([key(2)]).verify(sid, owner)).toBeUndefined();
    const newer = codec([key(2), key(1)]).sign(session, owner);
    expect(codec([key(2)]).verify(newer, owner)).toEqual(session);
  });

  it("stays within a header when a client says a lot", () => {
    const { sign, verify } = codec();
    const loud = {
      ...session,
      capabilities: { experimental: { x: "x".repeat(5000) } },
      clientInfo: { name: "n".repeat(5000), version: "v".repeat(5000) },
    };
    const sid = sign(loud, owner);
    expect(sid.length).toBeLessThan(1000);
    expect(verify(sid, owner)).toEqual({
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "n".repeat(128), version: "v".repeat(128) },
    });
  });
});

it("refuses to start without keys or with a short one", () => {
  expect(() => codec([])).toThrow();
  expect(() => codec([Buffer.alloc(31)])).toThrow();
});
