import { describe, expect, it } from "vitest";
import type { Api } from "./api.ts";
import { findNamed, listUpTo, queryOf, serverPath } from "./command.ts";

it("writes addresses that hold whatever a name holds", () => {
  expect(serverPath("pets", "tools", "GET /pets/{id}", "try")).toBe(
    "/api/v1/servers/pets/tools/GET%20%2Fpets%2F%7Bid%7D/try",
  );
  expect([queryOf({ a: "1 & 2", b: undefined, c: 3 }), queryOf({ a: undefined })]).toEqual(["?a=1+%26+2&c=3", ""]);
});

describe("listUpTo", () => {
  /** A list of 450 numbers, in pages of what is asked for. */
  const asked: string[] = [];
  const api = {
    request: async (_method: string, path: string) => {
      asked.push(path);
      const query = new URL(path, "http://portico").searchParams;
      const [from, limit] = [Number(query.get("cursor") ?? 0), Number(query.get("limit"))];
      const items = Array.from({ length: Math.min(limit, 450 - from) }, (_, at) => from + at);
      return { items, nextCursor: from + limit < 450 ? String(from + limit) : null };
    },
  } as Api;
  it.each([
    { limit: 20, want: 20, pages: 1 },
    { limit: 250, want: 250, pages: 2 },
    { limit: 1_000, want: 450, pages: 3 },
  ])("reads $limit in $pages pages", async ({ limit, want, pages }) => {
    asked.length = 0;
    const items = await listUpTo<number>(api, "/list", limit, { tool: "x" });
    expect([items.length, items.at(-1), asked.length]).toEqual([want, want - 1, pages]);
    expect(asked.every((path) => path.includes("tool=x"))).toBe(true);
  });
});

it("reads no more than was asked for where the API's pages are of one size", async () => {
  const api = { request: async () => ({ items: [1, 2, 3], nextCursor: "x" }) } as unknown as Api;
  expect(await listUpTo(api, "/list", 4)).toEqual([1, 2, 3, 1]);
});

describe("findNamed", () => {
  const options = { noun: "team", namesOf: ({ name, id }: { name: string; id: string }) => [name, id] };
  const items = [
    { name: "Support", id: "team_1" },
    { name: "", id: "team_2" },
  ];
  it("takes a name or an id", () => {
    expect(findNamed(items, "Support", options)).toBe(items[0]);
    expect(findNamed(items, "team_2", options)).toBe(items[1]);
  });
  it("says which there are", () => {
    expect(() => findNamed(items, "Sales", options)).toThrow('There is no team "Sales". There is: Support, team_2.');
    expect(() => findNamed(items, "", options)).toThrow("There is no team");
    expect(() => findNamed([], "Sales", options)).toThrow("There is none yet.");
  });
});
