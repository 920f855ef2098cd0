import type { Reply } from "@portico/mcp";
import { applyOverrides, compile, load, type Override, type Tool } from "@portico/openapi";
import { createValidator } from "@portico/upstream";
import { beforeAll, describe, expect, it } from "vitest";
import { askPerson } from "./ask-person.ts";

let generated: Tool;
beforeAll(async () => {
  const query = (name: string, schema: object, required = false) => ({ name, in: "query", required, schema });
  const document = {
    openapi: "3.1.0",
    info: { title: "Orders", version: "1" },
    paths: {
      "/orders": {
        post: {
          operationId: "order",
          parameters: [
            query("item", { type: "string" }, true),
            query("count", { type: "integer", minimum: 1, description: "How many." }, true),
            query("size", { enum: [10, 20] }, true),
            query("note", { type: ["string", "null"] }),
          ],
          responses: {},
        },
      },
    },
  };
  const loaded = await load({ content: JSON.stringify(document) });
  if (!loaded.ok) throw new Error("The document is not valid.");
  generated = compile(loaded.document, {}).tools[0] as Tool;
});

const validate = createValidator();

function ask(
  edit: Omit<Override, "operation">,
  args: object,
  { reply, isMute = false }: { reply?: Reply; isMute?: boolean } = {},
) {
  const [tool] = applyOverrides([generated], [{ operation: generated.operation, ...edit }]);
  if (!tool) throw new Error("The tool is gone.");
  return askPerson({
    tool,
    toolId: `v1:${Object.keys(edit).join()}`,
    args,
    person: {},
    dialect: "safe",
    validate,
    replies: reply ? { confirm: reply } : {},
    canAsk: () => !isMute,
  });
}

/** The form of a question, and what else is said. */
function formOf(outcome: ReturnType<typeof ask>) {
  if (!("questions" in outcome)) throw new Error(`No question: ${JSON.stringify(outcome)}`);
  const { message, requestedSchema } = (outcome.questions.confirm?.params ?? {}) as {
    message: string;
    requestedSchema: { properties: Record<string, object>; required?: string[] };
  };
  return { message, ...requestedSchema, otherwise: JSON.stringify(outcome.otherwise) };
}

const marked = { askFor: ["count", "size", "note"] };
const accept = (content: object): Reply => ({ action: "accept", content });

describe("arguments that a person is asked for", () => {
  it("are asked in a form that has exactly what the model left out", () => {
    const form = formOf(ask(marked, { item: "tea", size: 10 }));
    expect(form.properties).toEqual({
      count: { type: "integer", description: "How many.", minimum: 1 },
      note: { type: "string" },
    });
    expect(form.required).toEqual(["count"]);
    expect(form.message).toContain('"item": "tea"');
  });

  it("are left out by a null, too", () => {
    const form = formOf(ask(marked, { item: "tea", size: 10, count: null, note: null }));
    expect(Object.keys(form.properties)).toEqual(["count", "note"]);
  });

  it.each([
    ["the model gave all of them", marked, { item: "tea", size: 10, count: 2, note: "hot" }],
    ["none is marked", {}, { item: "tea" }],
  ])("are not asked for when %s", (_when, edit, args) => {
    expect(ask(edit, args)).toMatchObject({ args, tool: { inputSchema: { required: ["item", "count", "size"] } } });
  });

  it("go into the call as the API takes them, beside those of the model", () => {
    const reply = accept({ count: 3, size: "20", note: "", item: "coffee", other: 1 });
    expect(ask(marked, { item: "tea" }, { reply })).toMatchObject({ args: { item: "tea", count: 3, size: 20 } });
    expect(ask(marked, { item: "tea" }, { reply })).not.toHaveProperty("args.note");
  });

  it.each<[string, object, string, object]>([
    ["are too small", { count: 0, size: "20" }, "count", { size: "20" }],
    ["are no choice", { count: 1, size: "30" }, "size", { count: 1 }],
    ["are missing", { size: "20" }, "count", { size: "20" }],
    ["are of another type", { count: {}, size: "20" }, "count", { size: "20" }],
  ])("are asked for again when they %s, with what was right in place", (_why, content, named, kept) => {
    const form = formOf(ask(marked, { item: "tea" }, { reply: accept(content) }));
    expect(form.message.split("\n")[0]).toContain(named);
    const defaults = Object.entries(form.properties).flatMap(([name, field]) =>
      "default" in field ? [[name, field.default]] : [],
    );
    expect(Object.fromEntries(defaults)).toEqual(kept);
  });

  it.each(["decline", "cancel"])("send nothing when the person says %s", (action) => {
    expect(ask(marked, { item: "tea" }, { reply: { action } })).toMatchObject({
      declined: expect.stringContaining("nothing was sent"),
    });
  });

  it("are asked in the chat where there are no forms, by name and kind", () => {
    const { otherwise } = formOf(ask(marked, { item: "tea" }, { isMute: true }));
    for (const part of [
      "Ask them in the chat",
      "count (integer): How many.",
      "size (one of 10, 20)",
      "may be left out",
    ])
      expect(otherwise).toContain(part);
  });

  it("hold up no call that can do without them where there are no forms", () => {
    const args = { item: "tea", count: 1, size: 10 };
    expect(ask(marked, args, { isMute: true })).toMatchObject({ args });
    expect(formOf(ask(marked, args))).not.toHaveProperty("required");
  });

  it("are not asked for, nor demanded of the model, when the rest of the call is wrong", () => {
    const settled = ask(marked, { itme: "tea" });
    if (!("args" in settled)) throw new Error("Somebody was asked.");
    const checked = validate(settled.toolId, settled.tool.inputSchema, settled.args, "safe");
    expect(checked).toMatchObject({ ok: false });
    expect("problems" in checked && checked.problems.map(({ argument }) => argument)).toEqual(["item", "itme"]);
  });

  it("are part of the one form of a tool that asks first", () => {
    const both = { ...marked, askFirst: true };
    const form = formOf(ask(both, { item: "tea", size: 10 }));
    expect(form.message).toMatch(/^Allow /);
    expect(form.message).toContain("Fill in count, note");
    expect(Object.keys(form.properties)).toEqual(["count", "note"]);
    expect(form.otherwise).toContain("needs a person's yes");
    const reply = accept({ count: 1 });
    expect(ask(both, { item: "tea", size: 10 }, { reply })).toMatchObject({
      args: { item: "tea", size: 10, count: 1 },
    });
    // Nothing is missing, but the yes is.
    expect(formOf(ask(both, { item: "tea", size: 10, count: 1, note: "x" })).properties).toEqual({});
  });
});
