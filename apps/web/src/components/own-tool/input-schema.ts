import type { JsonSchema } from "@portico/openapi";
import type { ComposedTool } from "@portico/services";

const SCHEMAS = {
  text: { type: "string" },
  number: { type: "number" },
  yesNo: { type: "boolean" },
  texts: { type: "array", items: { type: "string" } },
} as const;

/** What a tool of several calls asks for, as far as it is written: an input without a name is not there yet. */
export function inputSchemaOf(inputs: ComposedTool["inputs"]): JsonSchema {
  const named = inputs.filter(({ name }) => name !== "");
  return {
    properties: Object.fromEntries(
      named.map(({ name, type, description, choices }) => [
        name,
        {
          ...SCHEMAS[type],
          description,
          ...(choices && choices.length > 0 && type === "text" ? { enum: choices } : {}),
        },
      ]),
    ),
    required: named.filter(({ required }) => required).map(({ name }) => name),
  };
}
