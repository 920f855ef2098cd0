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
  it("refuses a short secret", () => {
    expect(() => createVault(["c2hvcnQ"])).toThrow("32 bytes");
  });
});
