import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  authenticateApiKey,
  bootstrap,
  createOwner,
  hasOwner,
  isSetupCode,
  listMemberships,
  setupCode,
} from "../index.ts";
import { createTestServices, type TestServices } from "../testing.ts";

const owner = (n: number) => ({
  name: `Ada ${n}`,
  email: `ada${n}@example.com`,
  password: "correct horse battery",
  organization: `Acme ${n}`,
});

describe("first run", () => {
  let test: TestServices;
  beforeAll(async () => {
    test = await createTestServices();
  });
  afterAll(() => test.close());

  it("makes exactly one owner of ten who ask at once", async () => {
    expect(await hasOwner(test.deps)).toBe(false);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => createOwner(test.deps, owner(n))));
    const made = outcomes.filter(({ status }) => status === "fulfilled");
    expect(made).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
    expect(await test.deps.db.user.count({ where: { email: { startsWith: "ada" } } })).toBe(1);
    expect(await hasOwner(test.deps)).toBe(true);
  });
  it("says which field is wrong", async () => {
    await expect(createOwner(test.deps, { ...owner(1), password: "short" })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("password"),
    });
    await expect(createOwner(test.deps, { ...owner(1), email: "nobody" })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("email"),
    });
  });
  it("knows its set-up code, whatever the case and dashes", () => {
    const code = setupCode(test.deps);
    expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    expect(isSetupCode(test.deps, code.toLowerCase().replaceAll("-", " "))).toBe(true);
    expect(isSetupCode(test.deps, `${code.slice(0, -1)}${code.endsWith("A") ? "B" : "A"}`)).toBe(false);
    expect(isSetupCode(test.deps, "")).toBe(false);
  });
});

describe("bootstrap", () => {
  let test: TestServices;
  beforeAll(async () => {
    test = await createTestServices();
  });
  afterAll(() => test.close());

  it("makes owner, organization and key once, and leaves them alone afterwards", async () => {
    const apiKey = `ptk_${"k".repeat(32)}`;
    const input = { email: "ops@example.com", password: "correct horse battery", organization: "acme", apiKey };
    expect(await bootstrap(test.deps, input)).toBe("created");
    expect(await bootstrap(test.deps, { ...input, email: "other@example.com" })).toBe("exists");
    const identity = await authenticateApiKey(test.deps, apiKey);
    const user = await test.deps.db.user.findUniqueOrThrow({ where: { email: "ops@example.com" } });
    const [membership] = await listMemberships(test.deps, user.id);
    expect(membership).toMatchObject({ slug: "acme", role: "owner", organizationId: identity?.organizationId });
    expect(JSON.stringify(await test.deps.db.apiKey.findMany())).not.toContain("k".repeat(32));
  });
  it("refuses a key that is too short to be one", async () => {
    await expect(
      bootstrap(test.deps, {
        email: "a@example.com",
        password: "correct horse battery",
        organization: "acme",
        apiKey: "ptk_short",
      }),
    ).rejects.toMatchObject({ code: "invalid_input" });
  });
});
