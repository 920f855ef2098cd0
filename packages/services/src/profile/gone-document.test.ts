import type { Compiled } from "@portico/openapi";
import { expect, it } from "vitest";
import { goneFrom } from "../server/documents.ts";
import { argumentsOf, checkSettings, mergeSettings, type ProfileSettings } from "./settings.ts";

const compiled = { tools: [], operations: [], securitySchemes: [] } as unknown as Compiled;
const settings = (args: ProfileSettings["arguments"]): ProfileSettings => ({
  fields: {},
  arguments: args,
  hiddenTools: [],
});

it.each([
  {
    is: "a document with a key",
    documents: [{ key: "" }],
    usedKeys: ["zoo"],
    operation: "GET zoo:/x",
    document: "zoo",
  },
  { is: "the one without a key", documents: [{ key: "zoo" }], usedKeys: [], operation: "GET /x", document: undefined },
])("nobody changes what is fixed for all of $is that was removed, whatever they say it is of", (given) => {
  const { documents, usedKeys, operation, document } = given;
  const gone = goneFrom({ documents, usedKeys } as unknown as Parameters<typeof goneFrom>[0]);
  const known = { compiled, keys: documents.map(({ key }) => key), gone, overrides: [] };
  const fixed = { argument: "tenant", mode: "fixed" as const, value: "ours", ...(document ? { document } : {}) };
  for (const said of [{}, { document: "other" }, { document: "zoo" }]) {
    const own = settings([{ argument: "tenant", operation, mode: "fixed", value: "theirs", ...said }]);
    const merged = mergeSettings(settings([fixed]), checkSettings(known, own));
    const of = { operation, ...(document ? { document } : {}) };
    expect(argumentsOf(merged.arguments, of).get("tenant")).toMatchObject({ value: "ours" });
  }
});
