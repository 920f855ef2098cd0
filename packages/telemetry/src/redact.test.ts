import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";
import { redact, redactText } from "./redact.ts";

const jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJl";

describe("redactText", () => {
  it.each([
    { given: "key ptk_abcdefGHIJKLMNOP", want: "key ptk_abcdef…" },
    { given: "authorization: Bearer abcdefghijk", want: "authorization: Bearer [redacted]" },
    { given: `token ${jwt} end`, want: "token [redacted] end" },
    { given: "postgresql://ada:hunter2@db/x", want: "postgresql://ada:[redacted]@db/x" },
    {
      given: "GET https://a.example/cb?code=abc&x=1&state=def#access_token=ghi",
      want: "GET https://a.example/cb?code=[redacted]&x=1&state=[redacted]#access_token=[redacted]",
    },
    { given: "/v1/things?api_key=abc&keyword=shoes", want: "/v1/things?api_key=[redacted]&keyword=shoes" },
    { given: "nothing here", want: "nothing here" },
  ])("$given", ({ given, want }) => expect(redactText(given)).toBe(want));
});

describe("redact", () => {
  it("masks by name at any depth and keeps the rest", () => {
    expect(redact({ a: [{ password: "x", headers: { Authorization: "y", accept: "z" } }], n: 1 })).toEqual({
      a: [{ password: "[redacted]", headers: { Authorization: "[redacted]", accept: "z" } }],
      n: 1,
    });
  });
  it("goes into errors and their causes", () => {
    const text = JSON.stringify(redact(new Error(`bad ${jwt}`, { cause: new Error("postgres://u:secretpw@h/d") })));
    expect(text).not.toContain("c2lnbmF0dXJl");
    expect(text).not.toContain("secretpw");
  });
});

describe("logger", () => {
  it("never writes a secret, whichever way it is handed over", () => {
    const lines: string[] = [];
    const logger = createLogger({ app: "test", level: "trace", write: (line) => lines.push(line) });
    logger.info(
      { headers: { authorization: "Bearer canary-canary-canary" }, error: new Error("ptk_abcdefCANARYCANARY") },
      `got ${jwt}`,
    );
    logger.child({ apiKey: "canary-canary" }).warn("x");
    const text = lines.join("");
    expect(lines).toHaveLength(2);
    expect(text).not.toMatch(/canary-canary|CANARYCANARY|c2lnbmF0dXJl/);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ app: "test", level: "info" });
  });
});
