import { describe, expect, it } from "vitest";
import { type DocumentChanges, summarizeChanges, summarizeVersionChanges, type VersionChanges } from "./changes.ts";

const none: DocumentChanges = {
  added: [],
  removed: [],
  renamed: [],
  changed: [],
  conflicting: [],
  isBreaking: false,
};

it("tells what may break first, with the sentences", () => {
  const lines = summarizeChanges({
    added: ["GET /new"],
    removed: [
      { operation: "GET /old", wasSelected: false },
      { operation: "GET /used", wasSelected: true },
    ],
    renamed: [{ from: "GET /v1/a", to: "GET /v2/a" }],
    changed: [
      { operation: "GET /told", isBreaking: false, changes: [{ message: "The title changed.", isBreaking: false }] },
      {
        operation: "GET /tight",
        isBreaking: true,
        changes: [
          { message: "The title changed.", isBreaking: false },
          { message: "“a” is gone.", isBreaking: true },
        ],
      },
    ],
    conflicting: [{ operation: "GET /told", field: "title", yours: "Mine", after: "Theirs" }],
    isBreaking: true,
  });
  expect(lines).toEqual([
    "The document changed: 1 added, 2 removed, 1 renamed, 2 changed; what worked before may stop working",
    "  ! GET /used is gone, and its tool with it",
    "  ! GET /tight",
    "      “a” is gone.",
    "      The title changed.",
    "  > GET /v1/a is now GET /v2/a",
    "  + GET /new",
    "  - GET /old",
    "  ~ GET /told",
    "      The title changed.",
    "Edits that were kept where the document says something else now: 1",
  ]);
});

it("is short, however much changed", () => {
  const added = Array.from({ length: 500 }, (_, index) => `GET /${index}`);
  const lines = summarizeChanges({ ...none, added });
  expect(lines).toHaveLength(12);
  expect(lines.at(-1)).toBe("    and 490 more");
});

it("says nothing of a document that is the same", () => {
  expect(summarizeChanges(undefined)).toEqual([]);
});

describe("summarizeVersionChanges", () => {
  const same: VersionChanges = { added: [], removed: [], changed: [], settings: [], isBreaking: false };
  const tool = (name: string) => ({ name, operation: `GET /${name}` });

  it("tells what clients may stumble over first", () => {
    const changes: VersionChanges = {
      added: [tool("fresh")],
      removed: [tool("gone")],
      changed: [
        { ...tool("told"), isBreaking: false, changes: [{ message: "The title changed.", isBreaking: false }] },
        { ...tool("tight"), isBreaking: true, changes: [{ message: "“a” is gone.", isBreaking: true }] },
      ],
      settings: [
        { message: "The description changed.", isBreaking: false },
        { message: "Texts are no longer searched with a tool.", isBreaking: true },
      ],
      isBreaking: true,
    };
    expect(summarizeVersionChanges(changes)).toEqual([
      "1 added, 1 removed, 2 changed, 2 of the settings; what worked before may stop working",
      "  ! gone (GET /gone) is gone",
      "  ! tight (GET /tight)",
      "      “a” is gone.",
      "  ! Texts are no longer searched with a tool.",
      "  + fresh (GET /fresh)",
      "  ~ told (GET /told)",
      "      The title changed.",
      "  ~ The description changed.",
    ]);
  });

  it("is short, however much changed, and says nothing of what is the same", () => {
    const added = Array.from({ length: 500 }, (_, index) => tool(String(index)));
    expect(summarizeVersionChanges({ ...same, added })).toHaveLength(12);
    expect(summarizeVersionChanges(same)).toEqual([]);
  });
});
