import type { Tool } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import { awaitedHost } from "./waiting.ts";

type Serving = Parameters<typeof awaitedHost>[0];

const toolOf = (document?: string, url = `https://${document ?? "first"}.example.com/v1`) =>
  ({ plan: { baseUrls: [{ url, variables: {} }] }, ...(document ? { document } : {}) }) as unknown as Tool;
const stepsOf = (...tools: Tool[]) =>
  ({ plan: { baseUrls: [] }, steps: tools.map((tool, at) => ({ id: `s${at}`, tool })) }) as unknown as Tool;
const moved: Serving["places"] = {
  baseUrl: "https://moved.example.com",
  documents: [{ key: "zoo", title: "Zoo" }],
};
const profile = { baseUrls: { zoo: "https://staging.example.com" } };

describe("who is waited for", () => {
  it.each<[string, Partial<Serving>, Tool, string]>([
    ["the API of the document", {}, toolOf(), "first.example.com"],
    ["where the server calls it", { places: moved }, toolOf(), "moved.example.com"],
    ["another document's, which was not moved", { places: moved }, toolOf("zoo"), "zoo.example.com"],
    ["where a profile calls it", { places: moved, profile }, toolOf("zoo"), "staging.example.com"],
    ["the only API of several calls", {}, stepsOf(toolOf("zoo"), toolOf("zoo")), "zoo.example.com"],
    ["where the calls of several go", { places: moved }, stepsOf(toolOf("zoo")), "zoo.example.com"],
    ["the APIs of several calls", {}, stepsOf(toolOf(), toolOf("zoo")), "the APIs"],
    ["an address that only the document's own makes whole", {}, toolOf(undefined, "/v1"), "the API"],
  ])("is %s", (_is, serving, tool, want) => {
    expect(awaitedHost({ places: {}, profile: null, ...serving }, tool)).toBe(want);
  });
});
