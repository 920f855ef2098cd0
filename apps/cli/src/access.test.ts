import { describe, expect, it } from "vitest";
import { type Access, describeAccess, findGrant } from "./access.ts";

const access: Access = {
  visibility: "chosen",
  everybodyTools: "all",
  stepUp: true,
  grants: [
    { id: "grt_1", to: { team: { id: "team_1", name: "Support", memberCount: 3 } }, tools: "reading" },
    { id: "grt_2", to: { email: "guest@example.com", guest: { state: "open" } }, tools: { operations: ["GET /a"] } },
    { id: "grt_3", to: { email: "new@example.com", guest: null }, tools: "all" },
  ],
  members: [
    { id: "mbr_1", name: "Ada", email: "ada@example.com", access: null },
    {
      ...{ id: "mbr_2", name: "Amy", email: "amy@example.com" },
      access: { why: "team", teams: ["Support"], limit: { hasReading: true, operations: ["DELETE /a"] } },
    },
  ],
};

it("tells who may use a server, why, and with which tools", () => {
  expect(describeAccess(access).join("\n")).toBe(
    [
      "Only who is named may use it (chosen). Deleting takes a scope of its own, which clients ask their person for.",
      "Named:",
      "  Support (team of 3)                         tools that read  grt_1",
      "  guest@example.com (guest, invitation open)  1 operation      grt_2",
      "  new@example.com (not invited)               all tools        grt_3",
      "Members:",
      "  ada@example.com  may not use it",
      "  amy@example.com  tools that read and 1 operation  as team Support",
    ].join("\n"),
  );
});

describe("findGrant", () => {
  it.each([
    ["Support", "grt_1"],
    ["team_1", "grt_1"],
    ["Guest@Example.com", "grt_2"],
    ["grt_3", "grt_3"],
  ])("finds %s", (who, id) => expect(findGrant(access, who).id).toBe(id));
  it("says who is named", () =>
    expect(() => findGrant(access, "bob@example.com")).toThrow(
      'There is no grant for "bob@example.com". There is: Support, guest@example.com, new@example.com.',
    ));
});
