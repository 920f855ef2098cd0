import { hashPassword as hashScrypt } from "better-auth/crypto";
import { expect, it } from "vitest";
import { hashPassword, verifyPassword } from "./password.ts";

it.each(["correct horse battery staple", "pässwörd \u00e9", "\u{1f511}".repeat(40), " leading and trailing "])(
  "LK-10: %j is stored as argon2id, and opens by itself alone",
  async (password) => {
    const hash = await hashPassword(password);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hashPassword(password)).not.toBe(hash);
    expect(await verifyPassword({ hash, password })).toBe(true);
    expect(await verifyPassword({ hash, password: `${password}x` })).toBe(false);
  },
);

it("LK-10: a password in another form of the same characters is the same, and one stored before argon2id still opens", async () => {
  expect(await verifyPassword({ hash: await hashPassword("e\u0301t\u00e9"), password: "\u00e9te\u0301" })).toBe(true);
  const hash = await hashScrypt("nanoseconds matter");
  expect(await verifyPassword({ hash, password: "nanoseconds matter" })).toBe(true);
  expect(await verifyPassword({ hash, password: "nanoseconds" })).toBe(false);
});
