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

/** The session, with whatever names it. */
const named = (said: Session = session) => ({ ...said, key: expect.stringMatching(/^[\w-]{43}$/) });

describe("a session id", () => {
  it("carries what initialize said", () => {
    expect(codec().verify(codec().sign(session, owner), owner)).toEqual(named());
  });

  it("has a key that is the same wherever it is opened, another for each, and not in the id", () => {
    const { sign, verify } = codec();
    const [one, two] = [sign(session, owner), sign(session, owner)];
    const key = verify(one, owner)?.key ?? "";
    expect(codec().verify(one, owner)?.key).toBe(key);
    expect(verify(two, owner)?.key).not.toBe(key);
    expect(one).not.toContain(key);
  });

  it("stays its owner's when it was opened before", () => {
    const { sign, verify } = codec();
    const sid = sign(session, owner);
    expect(verify(sid, owner)).toEqual(named());
    expect(verify(sid, { ...owner, subject: "bob" })).toBeUndefined();
    expect(verify(sid, owner)).toEqual(named());
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
    expect(verify(used, owner)).toEqual(named());
    clock.now += 1000;
    expect(verify(used, owner)).toBeUndefined();
    expect(verify(unused, owner)).toBeUndefined();
  });

  it("outlives a key rotation until its key is gone", () => {
    const sid = codec([key(1)]).sign(session, owner);
    expect(codec([key(2), key(1)]).verify(sid, owner)).toEqual(named());
    expect(codec([key(2)]).verify(sid, owner)).toBeUndefined();
    const newer = codec([key(2), key(1)]).sign(session, owner);
    expect(codec([key(2)]).verify(newer, owner)).toEqual(named());
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
    const clientInfo = { name: "n".repeat(128), version: "v".repeat(128) };
    expect(verify(sid, owner)).toEqual(named({ protocolVersion: "2025-11-25", capabilities: {}, clientInfo }));
  });
});

it("refuses to start without keys or with a short one", () => {
  expect(() => codec([])).toThrow();
  expect(() => codec([Buffer.alloc(31)])).toThrow();
});
