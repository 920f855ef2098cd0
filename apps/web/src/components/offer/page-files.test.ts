import { describe, expect, it } from "vitest";
import { PAGE_CHARS_MAX, toPages } from "./page-files.ts";

const file = (name: string, text: string | Uint8Array) => ({
  name,
  bytes: typeof text === "string" ? new TextEncoder().encode(text) : text,
});
const server = { slug: "harbor", resources: [{ uri: "harbor://pages/house-rules" }] };

describe("files as pages of a server", () => {
  it("have a name, a kind and an address each, none of which is taken", () => {
    expect(
      toPages(
        [file("House rules.md", "# Rules"), file("House rules.txt", "Rules"), file("Über uns.html", "<p>We</p>")],
        server,
      ),
    ).toEqual({
      pages: [
        { uri: "harbor://pages/house-rules-2", name: "House rules", mimeType: "text/markdown", text: "# Rules" },
        { uri: "harbor://pages/house-rules-3", name: "House rules", mimeType: "text/plain", text: "Rules" },
        { uri: "harbor://pages/über-uns", name: "Über uns", mimeType: "text/html", text: "<p>We</p>" },
      ],
    });
    expect(toPages([file("???.md", "x")], server)).toMatchObject({ pages: [{ uri: "harbor://pages/page" }] });
  });

  it.each([
    ["picture.txt", new Uint8Array([0x89, 0x50, 0xff]), /picture\.txt is not a text file/],
    ["nul.txt", "a\u0000b", /nul\.txt is not a text file/],
    ["empty.md", " \n", /empty\.md is empty/],
    ["long.md", "x".repeat(PAGE_CHARS_MAX + 1), /long\.md has 65,537 characters; a page has at most 65,536\. Split it/],
  ] as const)("are none at all when one cannot be a page: %s", (name, text, problem) => {
    expect(toPages([file("good.md", "good"), file(name, text)], server)).toEqual({
      problem: expect.stringMatching(problem),
    });
  });
});
