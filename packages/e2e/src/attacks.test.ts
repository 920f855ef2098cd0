import { afterAll, beforeAll, describe } from "vitest";
import { leakAttacks } from "./attacks/leaks.ts";
import { oauthAttacks } from "./attacks/oauth.ts";
import { type Range, startRange } from "./attacks/range.ts";
import { sessionAttacks } from "./attacks/sessions.ts";
import { tenantAttacks } from "./attacks/tenants.ts";
import { tokenAttacks } from "./attacks/tokens.ts";

let range: Range;
beforeAll(async () => {
  range = await startRange();
});
afterAll(() => range?.stop());

describe("the authorization server", () => oauthAttacks(() => range));
describe("tokens", () => tokenAttacks(() => range));
describe("tenants", () => tenantAttacks(() => range));
describe("sessions", () => sessionAttacks(() => range));
describe("leaks", () => leakAttacks(() => range));
