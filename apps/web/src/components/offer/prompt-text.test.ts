import { expect, it } from "vitest";
import { fillText, nextId, type Prompt, toPrompt, toPromptText, unknownPlaces } from "./prompt-text.ts";

const prompt: Prompt = {
  name: "plan",
  title: "Plan a trip",
  arguments: [
    { name: "city", required: true, values: ["Oslo", "Rome"] },
    { name: "days", description: "How many" },
  ],
  messages: [{ role: "user", text: "Plan {{days}} days in {{ city }} for {{who}}." }],
};

it("comes back as it was when nothing is changed", () => {
  expect(toPrompt(toPromptText(prompt))).toEqual(prompt);
});

it("leaves out what is empty, and the spaces around words", () => {
  const text = toPromptText(prompt);
  expect(toPrompt({ ...text, name: " plan ", title: " ", description: " Where to ", arguments: [] })).toEqual({
    name: "plan",
    description: "Where to",
    messages: prompt.messages,
  });
});

it("takes values one on a line", () => {
  const text = toPromptText(prompt);
  const [city] = text.arguments;
  if (!city) throw new Error("There is no argument.");
  const edited = toPrompt({ ...text, arguments: [{ ...city, values: " Oslo \n\nRome\n" }] });
  expect(edited.arguments?.[0]?.values).toEqual(["Oslo", "Rome"]);
});

it("fills places with values, and keeps those of no argument", () => {
  const values = new Map([
    ["city", "{{days}}"],
    ["days", ""],
  ]);
  expect(fillText(prompt.messages[0]?.text ?? "", values)).toEqual([
    { text: "Plan " },
    { text: "{{days}}", place: "empty", name: "days" },
    { text: " days in " },
    { text: "{{days}}", place: "filled", name: "city" },
    { text: " for " },
    { text: "{{who}}", place: "unknown", name: "who" },
    { text: "." },
  ]);
  expect(unknownPlaces(toPromptText(prompt))).toEqual(["who"]);
});

it("numbers rows anew after the last", () => {
  expect(nextId([])).toBe(0);
  expect(nextId([{ id: 4 }, { id: 1 }])).toBe(5);
});
