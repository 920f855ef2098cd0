import { expect, it } from "vitest";
import { describeAddresses } from "./addresses.ts";

it("says where people sign in, and whether a client has to be made there", () => {
  const found = {
    ...{ issuer: "https://id.example.com", authorizationUrl: "https://id.example.com/auth" },
    tokenUrl: "https://id.example.com/token",
  };
  expect(describeAddresses({ ...found, canRegister: true, sendIn: "header", scopes: ["read", "offline_access"] })).toBe(
    [
      "issuer             https://id.example.com",
      "authorization URL  https://id.example.com/auth",
      "token URL          https://id.example.com/token",
      "client secret      in the header",
      "scopes             read offline_access",
      "registration       Portico can register itself there",
    ].join("\n"),
  );
  const bare = describeAddresses({ ...found, canRegister: false, sendIn: "form", scopes: [] });
  expect(bare).toMatch(/in the form\nscopes +none\nregistration +a client has to be made there by hand$/);
});
