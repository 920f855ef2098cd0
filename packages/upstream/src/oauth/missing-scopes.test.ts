import { expect, it } from "vitest";
import { cpuTimer } from "../testing.ts";
import { missingScopesOf } from "./missing-scopes.ts";

it.each<[string | undefined, string[] | undefined]>([
  ['Bearer realm="x", error="insufficient_scope", scope="read write"', ["read", "write"]],
  ['Bearer error="insufficient_scope", error_description="needs \\"write\\"", scope="write"', ["write"]],
  ["bearer error=insufficient_scope,scope=write", ["write"]],
  ['Basic realm="x", Bearer error="insufficient_scope", scope="a  a b"', ["a", "b"]],
  ['Bearer error="insufficient_scope"', []],
  ['Bearer error="insufficient_scope", scope="ok bad\u0001 \\"quoted\\""', ["ok"]],
  ['Bearer error="invalid_token", error_description="error=insufficient_scope"', undefined],
  ['Bearer error="invalid_token", scope="write"', undefined],
  ['Basic error="insufficient_scope", scope="write"', undefined],
  ["Bearer", undefined],
  ["", undefined],
  [undefined, undefined],
  [`Bearer error="insufficient_scope", scope="${"x ".repeat(4_000)}"`, undefined],
])("%j misses %j", (challenge, want) => {
  expect(missingScopesOf(challenge)).toEqual(want);
});

it("takes time in proportion to the length of what an API answers", () => {
  const taken = cpuTimer();
  for (const text of [
    "bearer ".repeat(580),
    `bearer ${'a="'.repeat(1_300)}`,
    `bearer a="${"\\".repeat(4_000)}`,
    " ".repeat(4_000),
  ])
    missingScopesOf(text);
  expect(taken()).toBeLessThan(200);
});
