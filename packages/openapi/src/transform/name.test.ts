import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Named, toolNames } from "./name.ts";

const named = (operationId: string | undefined, key = "GET /pets/{petId}"): Named => {
  const [method = "", path = ""] = key.split(" ");
  return { key, method, path, ...(operationId === undefined ? {} : { operationId }) };
};
const nameOf = (operation: Named, max?: number) => toolNames([operation], max).get(operation.key) as string;

describe("toolNames", () => {
  it.each([
    ["listPets", "listPets"],
    ["gmail.users.messages.list", "gmail_users_messages_list"],
    ["Créer un été", "Creer_un_ete"],
    ["$(id)", "id"],
    ["../../x", "x"],
    ["{{7*7}}", "7_7"],
    [undefined, "get_pets_by_petId"],
    ["日本", "get_pets_by_petId"],
  ])("%s -> %s", (id, want) => expect(nameOf(named(id))).toBe(want));

  it("shortens words before it cuts", () => {
    const name = nameOf(named("listOrganizationRepositoryCollaboratorInvitationsForAuthenticatedUser"));
    expect(name).toMatch(/^listOrga/);
    expect(name.length).toBeLessThanOrEqual(48);
  });

  it("gives the plain name to the shortest key, whatever the order", () => {
    const a = named("get", "GET /a");
    const b = named("get", "GET /a/b");
    expect(toolNames([a, b])).toEqual(toolNames([b, a]));
    expect(toolNames([b, a]).get("GET /a")).toBe("get");
    expect(toolNames([a, b]).get("GET /a/b")).toMatch(/^get_[a-z2-7]{5}$/);
  });

  // Names are what people's prompts and clients' permissions hold on to: a change here breaks them.
  const GOLDEN: [key: string, operationId: string | undefined, name: string][] = [
    ["GET /pets", "listPets", "listPets"],
    ["POST /pets", "pets.create", "pets_create"],
    ["GET /pets/{petId}", undefined, "get_pets_by_petId"],
    ["DELETE /pets/{petId}", "delete pet", "delete_pet"],
    ["GET /stores", "LISTPETS", "LISTPETS_s2via"],
    [
      "GET /owners/{ownerId}/pets/{petId}/visits/{visitId}/invoices",
      undefined,
      "get_owne_by_owneId_pets_by_petId_visi_by_v_xvgtn",
    ],
    [
      "PUT /x",
      "replaceOrganizationRepositoryCollaboratorInvitationForAuthenticatedUser",
      "replaOrganReposCollaInvitForAutheUser_5l4qd",
    ],
    ["GET /search?kind=cat", undefined, "get_search_kind_cat"],
  ];
  it("gives these names, and the same ones when operations are reordered or added", () => {
    const golden = GOLDEN.map(([key, operationId]) => named(operationId, key));
    const want = new Map(GOLDEN.map(([key, , name]) => [key, name]));
    expect(toolNames(golden)).toEqual(want);
    const added = [
      named("listPets", "GET /a/much/longer/path/to/the/pets"),
      named(undefined, "GET /pets/{petId}/toys"),
      named("createPet", "POST /v2/pets"),
      named("zzz", "GET /zzz"),
    ];
    for (const operations of [[...added, ...golden], [...golden].reverse(), [...golden, ...added].reverse()]) {
      const names = toolNames(operations);
      expect(new Map(GOLDEN.map(([key]) => [key, names.get(key)]))).toEqual(want);
    }
  });

  it("holds its promises for anything", () => {
    const operation = fc.record({
      key: fc.string({ minLength: 1 }),
      method: fc.constantFrom("GET", "POST"),
      path: fc.string(),
      operationId: fc.oneof(
        fc.constantFrom("get", "Get", "x".repeat(80)),
        fc.string({ unit: "binary", maxLength: 200 }),
      ),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(operation, { selector: (item) => item.key, maxLength: 30 }),
        fc.integer({ min: 0, max: 100 }),
        (operations, max) => {
          const names = toolNames(operations, max);
          const values = [...names.values()];
          expect(new Set(values.map((name) => name.toLowerCase())).size).toBe(operations.length);
          for (const name of values) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
          expect(toolNames([...operations].reverse(), max)).toEqual(names);
        },
      ),
      { numRuns: 200 },
    );
  });
});
