import { expect, it } from "vitest";
import { parseModelReply } from "./replies.ts";

const text = { type: "text", text: " Three notes. " };

it.each([
  [
    { role: "assistant", model: "m", content: text },
    { text: "Three notes.", model: "m" },
  ],
  [
    { content: [text, { type: "image", data: "" }, { type: "text", text: "And more." }] },
    { text: "Three notes. \nAnd more.", model: "" },
  ],
  [
    { model: 5, content: text },
    { text: "Three notes.", model: "" },
  ],
  [{ content: { type: "text", text: " " } }, undefined],
  [{ content: { type: "image", data: "" } }, undefined],
  [{ action: "decline" }, undefined],
  [{}, undefined],
  [undefined, undefined],
  ["text", undefined],
])("%j is read as %j", (given, want) => {
  expect(parseModelReply(given)).toEqual(want);
});
