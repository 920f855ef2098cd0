import { describe, expect, it } from "vitest";
import { passagesOf, searchTexts } from "./texts.ts";

const handbook = {
  uri: "notes://handbook",
  name: "Handbook",
  text: `# Handbook

Everything that people who rent a kayak ask.

## Cancelling

A tour that is cancelled at least two days before it begins is refunded in full.
After that, half of the price is kept.

## What to bring

Bring a hat, a bottle of water, and shoes that may get wet. Dry bags are lent for free.
`,
};
const prices = {
  uri: "notes://prices",
  name: "prices",
  title: "Price list",
  mimeType: "text/html",
  text: "<h1>Prices</h1><p>A canal tour costs <b>25</b> euros, children pay half.</p>",
};
const bound = { uri: "tours://{id}", name: "A tour" };
const resources = [handbook, prices, bound];
const textsOf = async (args: object) => {
  const { content, isError } = await searchTexts(resources, { ...args });
  return { texts: (content as { text: string }[]).map(({ text }) => text), isError: isError === true };
};

describe("passages of a text", () => {
  it("are its paragraphs under their headings, at the places where they stand", () => {
    const passages = passagesOf(handbook);
    expect(passages.map(({ name }) => name)).toEqual(["Handbook", "Cancelling", "What to bring"]);
    for (const { from, text } of passages) expect(handbook.text.slice(from, from + text.length)).toBe(text);
  });

  it("have all of the text, however it is written", () => {
    const words = Array.from({ length: 3_000 }, (_, at) => `word${at}`);
    for (const separator of [" ", "\n", "\r\n", "\n\n", "\n# heading\n"]) {
      const text = words.join(separator);
      const passages = passagesOf({ ...handbook, text });
      const found = passages.flatMap((passage) => passage.text.match(/word\d+/g) ?? []);
      expect(found).toEqual(words);
      expect(Math.max(...passages.map((passage) => passage.text.length))).toBeLessThanOrEqual(600);
      for (const { from, text: piece } of passages) expect(text.slice(from, from + piece.length)).toBe(piece);
    }
    const unbroken = "x".repeat(5_000);
    expect(
      passagesOf({ ...handbook, text: unbroken })
        .map(({ text }) => text)
        .join(""),
    ).toBe(unbroken);
    expect(passagesOf({ ...handbook, text: " \n\n " })).toEqual([]);
  });

  it("hold no tags of a page, at the places of the page", () => {
    const [passage] = passagesOf(prices);
    expect(passage?.text).not.toMatch(/[<>]/);
    expect(prices.text.slice(passage?.from)).toMatch(/^Prices/);
  });

  it("take time in proportion to a text, whatever is in it", () => {
    for (const piece of ["<", "<a", "\n ", "# \n", "<script"])
      passagesOf({ ...prices, text: piece.repeat((64 * 1024) / piece.length) });
  });
});

describe("searching the texts", () => {
  it("finds the passage that a question is about, with where to read on", async () => {
    const { texts } = await textsOf({ query: "refund when a tour is cancelled", limit: 1 });
    expect(texts[0]).toMatch(
      /^Handbook: Cancelling\n\(uri: notes:\/\/handbook, from: \d+\)\n\n## Cancelling\n\nA tour that/,
    );
    expect(texts.at(-1)).toMatch(/with its uri and from/);
    expect((await textsOf({ query: "how much do children pay" })).texts[0]).toMatch(
      /^Price list: Prices|^Price list\n/,
    );
  });

  it("reads a text from a place on, and says where it ends", async () => {
    const from = handbook.text.indexOf("Bring a hat");
    const { texts } = await textsOf({ uri: handbook.uri, from });
    expect(texts).toEqual([
      handbook.text.slice(from),
      `Characters ${from} to ${handbook.text.length} of ${handbook.text.length}. This is the end.`,
    ]);
    const long = { ...handbook, text: "y".repeat(50_000) };
    const { content } = await searchTexts([long], { uri: long.uri, from: 10 });
    expect(content.at(-1)).toMatchObject({ text: "Characters 10 to 20010 of 50000. Go on with from: 20010." });
    expect((await textsOf({ uri: handbook.uri, from: 1e9 })).texts[0]).toBe("");
  });

  it("says what there is when it finds nothing, and what is wrong", async () => {
    expect(await textsOf({ query: "zebra" })).toMatchObject({
      isError: false,
      texts: [expect.stringContaining("Price list (uri: notes://prices)")],
    });
    expect(await textsOf({ uri: "notes://else" })).toMatchObject({
      isError: true,
      texts: [expect.stringContaining("Handbook (uri: notes://handbook)")],
    });
    expect(await textsOf({})).toMatchObject({
      isError: true,
      texts: [expect.stringMatching(/^Say what is looked for/)],
    });
    // What an operation answers is not a text of the server's own.
    expect((await textsOf({ uri: bound.uri })).isError).toBe(true);
  });
});
