import { describe, expect, it } from "vitest";
import { z } from "zod";
import { AppError } from "./error.ts";
import { credentialSchema, parseInput, sourceSchema } from "./input.ts";

const schema = z
  .object({
    title: z.string().optional(),
    tags: z.array(z.string()).optional(),
    credentials: z.record(z.string(), credentialSchema).optional(),
    source: sourceSchema.optional(),
    limit: z.number().int().max(200).optional(),
  })
  .strict();

function refusal(value: unknown): AppError {
  try {
    parseInput(schema, value);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("It was taken.");
}

describe("parseInput", () => {
  it.each([
    [{ title: "a\u0000b" }, "title"],
    [{ tags: ["a", "\u0000"] }, "tags.1"],
    [{ credentials: { key: { type: "apiKey", value: "k\u0000" } } }, "credentials.key.value"],
    [{ credentials: { "k\u0000": { type: "apiKey", value: "k" } } }, "credentials.k\ufffd"],
    [{ source: { content: "openapi: 3.1.0\u0000" } }, "source.content"],
  ])("refuses a NUL and names the field: %j", (given, field) => {
    const { code, message, details } = refusal(given);
    expect(code).toBe("invalid_input");
    expect(details).toEqual({ issues: [{ field, message: expect.stringContaining("NUL") }] });
    expect(message).not.toContain("\u0000");
  });

  it.each([
    [{ title: 7 }, "title"],
    [{ limit: 1e9 }, "limit"],
    [{ unknown: 1 }, "unknown"],
    [{ source: {} }, "source"],
    [{ source: { url: "ftp://example.com" } }, "source.url"],
    [{ credentials: { key: { type: "bearer", token: "t", user: "u" } } }, "credentials.key.user"],
    [[], "body"],
    [null, "body"],
  ])("refuses %j and names %s", (given, field) => {
    expect(refusal(given).details).toMatchObject({ issues: [{ field }] });
  });

  it("takes what fits, other control characters included", () => {
    const given = { title: "a\tb\u0001", tags: [], limit: 5 };
    expect(parseInput(schema, given)).toEqual(given);
  });
});
