import { createTestDatabase } from "@portico/db/testing";
import { expect, it } from "vitest";
import { lineOf, runConformance } from "../conformance/main.ts";

it("is what the official suite wants, but for what is known and explained", async () => {
  const database = await createTestDatabase();
  try {
    const results = await runConformance(database.url);
    for (const result of results) expect(result.isGreen, `${lineOf(result)}\n${result.output}`).toBe(true);
    expect(results.map(({ passed }) => passed)).toEqual([33, 40, 7, 7]);
  } finally {
    await database.drop();
  }
});
