import type { EditConflict, ToolChanges, ToolEdit } from "@portico/services";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isSame, valuesOf, withValue } from "./tool-changes.ts";
import { createToolDrafts, isUnsaved, type SaveAnswer } from "./tool-drafts.ts";

const PETS = "GET /pets";
const document = { name: "listPets", title: "Pets", description: "Lists pets." };

/** What keeps the edits, as the service does: field by field, and refuses what is over another's. */
function keeper(first: ToolEdit = {}) {
  let kept = first;
  let lock = 1;
  const sent: { changes: ToolChanges; from: ToolChanges }[] = [];
  const answers: SaveAnswer[] = [];
  const saved: [string, boolean][] = [];
  const fieldsOf = (changes: ToolChanges) => {
    const { parameters, ...rest } = changes;
    return [
      ...Object.entries(rest),
      ...Object.entries(parameters ?? {}).map(([key, one]) => [`parameters.${key}`, one]),
    ] as [string, unknown][];
  };
  const drafts = createToolDrafts({
    async save(_operation, input) {
      sent.push(input);
      const given = answers.shift();
      if (given) return given;
      const [now, from] = [valuesOf(kept), new Map(fieldsOf(input.from))];
      const conflicts = fieldsOf(input.changes).flatMap(([field, wanted]): EditConflict[] => {
        const theirs = now.get(field) ?? null;
        return isSame(theirs, from.get(field)) || isSame(theirs, wanted) ? [] : [{ field, theirs }];
      });
      if (conflicts.length > 0) return { ok: false, message: "Conflict", fields: {}, conflicts };
      const before = kept;
      for (const [field, value] of fieldsOf(input.changes)) kept = withValue(kept, field, value);
      return { ok: true, value: { before, after: kept, lock: ++lock } };
    },
    onSaved: (...one) => saved.push(one),
  });
  drafts.read(PETS, { base: first, document, lock });
  return {
    ...{ drafts, sent, answers, saved },
    kept: () => kept,
    /** What somebody else does. */
    theirs: (path: string, value: unknown) => {
      kept = withValue(kept, path, value);
      lock++;
    },
    read: () => drafts.read(PETS, { base: kept, document, lock }),
    draft: () => {
      const draft = drafts.get(PETS);
      if (!draft) throw new Error("There is none.");
      return draft;
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the edits of tools", () => {
  it("are saved after a pause, only what was changed, with what it was changed from", async () => {
    const { drafts, sent, kept, draft, saved } = keeper({ title: "Animals", askFirst: true });
    for (const title of ["B", "Be", "Beasts "]) {
      drafts.change(PETS, { title });
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(sent).toEqual([]);
    expect(drafts.unsaved()).toEqual([PETS]);
    await vi.runAllTimersAsync();
    expect(sent).toEqual([{ changes: { title: "Beasts" }, from: { title: "Animals" } }]);
    expect(kept()).toEqual({ title: "Beasts", askFirst: true });
    // What is under the hand stays as it is written.
    expect(draft().edit.title).toBe("Beasts ");
    expect(isUnsaved(draft())).toBe(false);
    expect(saved).toEqual([[PETS, true]]);
  });

  it("say nothing of what is as the document has it, and are saved at once when asked", async () => {
    const { drafts, sent, kept } = keeper({ title: "Animals", description: "Mine." });
    drafts.change(PETS, { title: "", description: "Lists pets.", askFirst: false, askFor: [], parameters: {} });
    await drafts.flush(PETS);
    expect(sent).toEqual([
      { changes: { title: null, description: null }, from: { title: "Animals", description: "Mine." } },
    ]);
    expect(kept()).toEqual({});
    drafts.change(PETS, { name: "listPets" });
    await drafts.flushAll();
    expect(sent).toHaveLength(1);
  });

  it("go on with what was written while the last was under way", async () => {
    const { drafts, sent, kept } = keeper();
    drafts.change(PETS, { title: "One" });
    const first = drafts.flush(PETS);
    drafts.change(PETS, { title: "Two", parameters: { limit: { hidden: true } } });
    await Promise.all([first, drafts.flush(PETS)]);
    expect(sent.map(({ changes }) => changes)).toEqual([
      { title: "One" },
      { title: "Two", parameters: { limit: { hidden: true } } },
    ]);
    expect(kept()).toEqual({ title: "Two", parameters: { limit: { hidden: true } } });
  });

  it("go back to what had been while the last was under way", async () => {
    const { drafts, kept, draft } = keeper({ title: "Animals" });
    drafts.change(PETS, { title: "By mistake", parameters: { limit: { description: "Wrong." } } });
    const first = drafts.flush(PETS);
    const { edition } = draft();
    drafts.change(PETS, { title: "Animals", parameters: {} });
    await first;
    await drafts.flush(PETS);
    expect(kept().title).toBe("Animals");
    expect(kept().parameters ?? {}).toEqual({});
    expect(draft()).toMatchObject({ edit: { title: "Animals" }, edition });
    expect(isUnsaved(draft())).toBe(false);
  });

  it("keep what cannot be saved, say why, and save the rest", async () => {
    const { drafts, answers, kept, draft } = keeper();
    drafts.change(PETS, { name: "no spaces", description: "", title: "Animals" });
    await drafts.flush(PETS);
    expect(kept()).toEqual({ title: "Animals" });
    expect(Object.keys(draft().refused)).toEqual(["name", "description"]);
    expect(drafts.stuck()).toEqual([PETS]);
    // Refused by the service, beside the field.
    const fields = { "parameters.limit.default": "Expected a number." };
    answers.push({ ok: false, message: "Some fields", fields, conflicts: [] });
    drafts.change(PETS, { description: "Better.", parameters: { limit: { default: { value: "x" } } } });
    await drafts.flush(PETS);
    expect(kept()).toEqual({ title: "Animals", description: "Better." });
    expect(draft().refused["parameters.limit"]?.fields).toEqual(fields);
    // Corrected, and taken back.
    drafts.change(PETS, { name: "pets", parameters: {} });
    await drafts.flush(PETS);
    expect(kept()).toEqual({ title: "Animals", description: "Better.", name: "pets" });
    expect(drafts.stuck()).toEqual([]);
    drafts.change(PETS, { name: "" });
    await drafts.flush(PETS);
    drafts.discard(PETS);
    expect(draft().edit).toEqual(kept());
  });

  it("stay when nothing can be reached, and go with the next try", async () => {
    const { drafts, answers, kept, draft } = keeper();
    answers.push({ ok: false, message: "Portico could not be reached.", fields: {}, conflicts: [] });
    drafts.change(PETS, { title: "Animals" });
    await drafts.flush(PETS);
    expect(draft().problem).toBe("Portico could not be reached.");
    expect(drafts.stuck()).toEqual([PETS]);
    await drafts.flush(PETS);
    expect(kept()).toEqual({ title: "Animals" });
    expect(drafts.stuck()).toEqual([]);
  });

  it.each([
    ["mine", "Mine"],
    ["theirs", "Theirs"],
  ])("ask when somebody else changed the same field, and %s is kept", async (choice, title) => {
    const { drafts, theirs, kept, draft } = keeper();
    drafts.change(PETS, { title: "Mine", description: "Mine too." });
    theirs("title", "Theirs");
    theirs("askFirst", true);
    await drafts.flush(PETS);
    expect(kept()).toEqual({ title: "Theirs", askFirst: true, description: "Mine too." });
    expect(draft().conflicts).toEqual({ title: { theirs: "Theirs" } });
    expect(draft().edit).toEqual({ title: "Mine", description: "Mine too.", askFirst: true });
    if (choice === "mine") drafts.keepMine(PETS, "title");
    else drafts.takeTheirs(PETS, "title");
    await vi.runAllTimersAsync();
    expect(kept().title).toBe(title);
    expect(draft().edit.title).toBe(title);
    expect(isUnsaved(draft())).toBe(false);
  });

  it("take in what others did, but for what is being written", async () => {
    const { drafts, theirs, read, draft, kept } = keeper({ title: "Animals" });
    drafts.change(PETS, { title: "Mine" });
    theirs("title", "Theirs");
    theirs("description", "Theirs.");
    const { edition } = draft();
    read();
    expect(draft().edit).toEqual({ title: "Mine", description: "Theirs." });
    // What is typed in a parameter is thrown away for another one's only.
    expect(draft().edition).toBe(edition);
    theirs("parameters.limit", { hidden: true });
    read();
    expect(draft().edit.parameters).toEqual({ limit: { hidden: true } });
    expect(draft().edition).toBe(edition + 1);
    await drafts.flush(PETS);
    expect(Object.keys(draft().conflicts)).toEqual(["title"]);
    // What was read before something was saved is older than what is here.
    drafts.takeTheirs(PETS, "title");
    drafts.change(PETS, { widget: true });
    await drafts.flush(PETS);
    drafts.read(PETS, { base: {}, document, lock: 1 });
    expect(draft().edit).toEqual(kept());
  });

  it("are as they are kept once they are saved", async () => {
    const { drafts, answers, draft } = keeper();
    const after: ToolEdit = { parameters: { limit: { default: { value: 20 } } } };
    answers.push({ ok: true, value: { before: {}, after, lock: 2 } });
    drafts.change(PETS, { parameters: { limit: { default: { value: "20" } } } });
    await drafts.flush(PETS);
    expect(draft().edit).toEqual(after);
    expect(isUnsaved(draft())).toBe(false);
  });

  it("are undone one step after the other, until somebody else has changed the same", async () => {
    const { drafts, kept, draft, theirs, saved } = keeper();
    drafts.change(PETS, { title: "One" });
    await drafts.flush(PETS);
    drafts.change(PETS, { title: "Two", askFirst: true });
    await drafts.flush(PETS);
    theirs("widget", true);
    expect(await drafts.undo(PETS)).toBeUndefined();
    expect(kept()).toEqual({ title: "One", widget: true });
    expect(draft().edit).toEqual(kept());
    theirs("title", "Theirs");
    expect(await drafts.undo(PETS)).toMatch(/somebody else/i);
    expect(kept()).toEqual({ title: "Theirs", widget: true });
    expect(await drafts.undo(PETS)).toMatch(/nothing to undo/);
    expect(saved).toEqual([
      [PETS, true],
      [PETS, true],
      [PETS, false],
    ]);
  });
});
