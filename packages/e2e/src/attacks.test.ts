import { afterAll, beforeAll, describe } from "vitest";
import { leakAttacks, searchForLeaks } from "./attacks/leaks.ts";
import { oauthAttacks } from "./attacks/oauth.ts";
import { type Range, startRange } from "./attacks/range.ts";
import { redisAttacks } from "./attacks/redis.ts";
import { sessionAttacks } from "./attacks/sessions.ts";
import { tenantAttacks } from "./attacks/tenants.ts";
import { tokenAttacks } from "./attacks/tokens.ts";
import { hasRedis } from "./redis.ts";

describe("without Redis", () => {
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
});

// What gateways tell each other, count and use up together goes another way.
describe.skipIf(!hasRedis)("with Redis", () => {
  let range: Range;
  beforeAll(async () => {
    range = await startRange({ withRedis: true });
  });
  afterAll(() => range?.stop());

  describe("the authorization server", () => oauthAttacks(() => range));
  describe("tokens", () => tokenAttacks(() => range));
  describe("sessions", () => sessionAttacks(() => range));
  describe("Redis", () => redisAttacks(() => range));
  describe("leaks", () => searchForLeaks(() => range));
});
