import type { ComposedTool } from "@portico/services";
import { describe, expect, it } from "vitest";
import { stepName, toOwnTool, toOwnToolText } from "./own-tool-text.ts";

const tool: ComposedTool = {
  name: "orders_of_customers",
  title: "Orders",
  description: "Lists them.",
  inputs: [{ name: "name", type: "text", description: "Part of it", required: true }],
  steps: [
    { id: "found", operation: "GET /customers", arguments: { q: { from: "input.name" }, page: { value: 1 } } },
    {
      id: "orders",
      operation: "GET /orders",
      forEach: "found",
      arguments: {
        customer: { from: "item.id" },
        state: { value: "open" },
        zip: { value: "01234" },
        ref: { value: "12" },
        on: { value: true },
      },
    },
  ],
  answer: { expression: "orders[]", format: "table", tokensMax: 500, itemsMax: 3 },
  askFirst: true,
};

describe("the form of a tool of several calls", () => {
  it("stands for the tool that it was made of", () => {
    expect(toOwnTool(toOwnToolText(tool), tool)).toEqual(tool);
    const plain: ComposedTool = { name: "a", description: "b", inputs: [], steps: [] };
    expect(toOwnTool(toOwnToolText(plain), undefined)).toEqual(plain);
  });

  it("leaves out what is empty, and reads constants as what they look like", () => {
    const text = toOwnToolText(tool);
    const [first] = text.steps;
    if (first)
      first.arguments = {
        q: { mode: "none", text: "input.name" },
        page: { mode: "value", text: "  " },
        tags: { mode: "value", text: '["a"]' },
        word: { mode: "value", text: "{not json" },
      };
    expect(toOwnTool(text, tool).steps[0]?.arguments).toEqual({ tags: { value: ["a"] }, word: { value: "{not json" } });
  });

  it.each<[string, string[], string]>([
    ["GET /customers/{id}/orders", [], "orders"],
    ["GET /customers/{id}/orders", ["orders"], "orders_2"],
    ["POST /v1/send-mail.json", [], "send_mail_json"],
    ["GET /{id}", [], "step"],
    ["GET /input", [], "input_2"],
    ["GET /2fa", [], "fa"],
  ])("%s beside %j is called %s", (operation, taken, want) => expect(stepName(operation, taken)).toBe(want));
});
