import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createVault } from "./vault.ts";

const secret = () => randomBytes(32).toString("base64url");

describe("vault", () => {
  it("opens what it sealed, and no two sealings are the same", () => {
    const vault = createVault([secret()]);
    const sealed = vault.seal("sk_live_1", "credential:crd_1");
    expect(vault.open(sealed, "credential:crd_1")).toBe("sk_live_1");
    expect(vault.seal("sk_live_1", "credential:crd_1")).not.toBe(sealed);
    expect(sealed).not.toContain("sk_live_1");
  });
  it("refuses a value that was moved to another row", () => {
    const vault = createVault([secret()]);
    expect(() => vault.open(vault.seal("x", "credential:crd_1"), "credential:crd_2")).toThrow();
  });
  it("refuses every changed character", () => {
    const vault = createVault([secret()]);
    const sealed = vault.seal("value", "c");
    for (const at of [sealed.length - 1, sealed.length - 20, 20, 40]) {
      const changed = sealed.slice(0, at) + (sealed[at] === "A" ? "B" : "A") + sealed.slice(at + 1);
      if (
        Buffer.from(changed.split(".").at(-1) ?? "", "base64url").equals(
          Buffer.from(sealed.split(".").at(-1) ?? "", "base64url"),
        )
      )
        continue;
      expect(() => vault.open(changed, "c")).toThrow();
    }
  });
  it("opens with an earlier key after a rotation, and seals with the new one", () => {
    const [old, fresh] = [secret(), secret()];
    const before = createVault([old]).seal("kept", "c");
    const rotated = createVault([fresh, old]);
    expect(rotated.open(before, "c")).toBe("kept");
    expect(() => createVault([old]).open(rotated.seal("new", "c"), "c")).toThrow("not here");
    expect(rotated.deriveAll("cookies")).toHaveLength(2);
  });
  it("LK-06: fails closed for what was moved between rows, columns and organizations, or changed by a bit", () => {
    const vault = createVault([secret()]);
    const places = [
      "credential:srv_1:key",
      "credential:srv_2:key",
      "token:credential:crd_1",
      "token:grant:upg_1:usr_1",
      "",
    ];
    for (const from of places)
      for (const to of places) if (from !== to) expect(() => vault.open(vault.seal("x", from), to)).toThrow();
    const [version, kid, wrapped, ciphertext] = vault.seal("value", "c").split(".");
    const [, , otherWrapped, otherText] = vault.seal("value", "c").split(".");
    // Two halves of two sealings are none.
    expect(() => vault.open([version, kid, otherWrapped, ciphertext].join("."), "c")).toThrow();
    expect(() => vault.open([version, kid, wrapped, otherText].join("."), "c")).toThrow();
    for (const part of [2, 3]) {
      const bytes = Buffer.from([wrapped, ciphertext][part - 2] ?? "", "base64url");
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const parts = [version, kid, wrapped, ciphertext];
        parts[part] = flipped.toString("base64url");
        expect(() => vault.open(parts.join("."), "c")).toThrow();
      }
      for (const length of [0, 1, 11, 12, 27, bytes.length - 1]) {
        const parts = [version, kid, wrapped, ciphertext];
        parts[part] = bytes.subarray(0, length).toString("base64url");
        expect(() => vault.open(parts.join("."), "c")).toThrow();
      }
    }
  });
  it("LK-06: uses no nonce twice in 100,000 sealings", () => {
    const vault = createVault([secret()]);
    const nonces = new Set<string>();
    for (let index = 0; index < 100_000; index++) {
      const [, , wrapped = "", ciphertext = ""] = vault.seal("x", "c").split(".");
      nonces.add(wrapped.slice(0, 16)).add(ciphertext.slice(0, 16));
    }
    expect(nonces.size).toBe(200_000);
  });
  it("refuses a short secret", () => {
    expect(() => createVault(["c2hvcnQ"])).toThrow("32 bytes");
  });
});
