import { type Dialect, type JsonSchema, type Tool, type ToolAnnotations, toDialect } from "@portico/openapi";
import type { TagCount } from "./search-index.ts";

export const SEARCH_TOOLS = "search_tools";
export const DESCRIBE_TOOLS = "describe_tools";
export const CALL_TOOL = "call_tool";

/** The names that a server in search mode lists. A tool of its own with one of these names is called through `call_tool`. */
export const SEARCH_MODE_NAMES: readonly string[] = [SEARCH_TOOLS, DESCRIBE_TOOLS, CALL_TOOL];

export const RESULTS_MAX = 20;
export const RESULTS_DEFAULT = 10;
export const DESCRIBED_MAX = 10;
const TAGS_NAMED_MAX = 12;
const TAG_CHARS_MAX = 40;

/** A tool that stands in front of the others: one entry of tools/list, and what its arguments are held to. */
export interface SearchModeTool {
  name: string;
  title: string;
  description: string;
  inputSchema: JsonSchema;
  annotations: Omit<ToolAnnotations, "title">;
}

/** The three tools through which a model reaches those of a version with this title. */
export function searchModeTools(
  title: string,
  tools: readonly Pick<Tool, "annotations" | "tags">[],
  tags: readonly TagCount[],
): SearchModeTool[] {
  const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
  const count = tools.length === 1 ? "the one tool" : `the ${tools.length.toLocaleString("en")} tools`;
  const kinds = namesOf(tags);
  return [
    {
      name: SEARCH_TOOLS,
      title: "Search tools",
      description: `Finds ${count} of ${title} by what they do. Start here whenever something is to be done with ${title}: only these three tools are listed, all others are found by searching. Then look at the input schemas of the best ones with ${DESCRIBE_TOOLS}, and run one with ${CALL_TOOL}.${kinds === "" ? "" : ` Tags: ${kinds}.`}`,
      inputSchema: object(
        {
          query: text(
            'What is to be done, in a few words: a verb and the thing it is done to, such as "list invoices of a customer". Or a part of a tool\'s name.',
          ),
          limit: {
            type: "integer",
            minimum: 1,
            maximum: RESULTS_MAX,
            description: `How many tools to answer with at most; ${RESULTS_DEFAULT} when left out.`,
          },
          tag: text("Only tools with this tag. Leave it out to search all."),
        },
        ["query"],
      ),
      annotations: reads,
    },
    {
      name: DESCRIBE_TOOLS,
      title: "Describe tools",
      description: `Gives the full description and the input schema of up to ${DESCRIBED_MAX} tools by name. Use it after ${SEARCH_TOOLS} and before ${CALL_TOOL}: arguments that do not fit the schema are refused.`,
      inputSchema: object(
        {
          names: {
            type: "array",
            items: { type: "string" },
            minItems: 1,
            maxItems: DESCRIBED_MAX,
            description: `Names of tools, spelt as ${SEARCH_TOOLS} gave them.`,
          },
        },
        ["names"],
      ),
      annotations: reads,
    },
    {
      name: CALL_TOOL,
      title: "Call a tool",
      description: `Runs one tool of ${title} by name and gives its result. Find the name with ${SEARCH_TOOLS} and the arguments with ${DESCRIBE_TOOLS} first. What a call does depends on the tool: its hint there says whether it reads, changes or deletes.`,
      inputSchema: object(
        {
          name: text(`The name of the tool, spelt as ${SEARCH_TOOLS} gave it.`),
          arguments: {
            type: "object",
            additionalProperties: true,
            description:
              "The tool's arguments by name, as its input schema wants them. Empty for a tool that takes none.",
          },
        },
        ["name"],
      ),
      annotations: {
        readOnlyHint: tools.every(({ annotations }) => annotations.readOnlyHint),
        destructiveHint: tools.some(({ annotations }) => annotations.destructiveHint),
        idempotentHint: tools.every(({ annotations }) => annotations.idempotentHint),
        openWorldHint: true,
      },
    },
  ];
}

/** What tools/list answers in search mode: a serialized JSON array on one line. */
export function listSearchMode(tools: readonly SearchModeTool[], dialect: Dialect): string {
  return JSON.stringify(tools.map((tool) => ({ ...tool, inputSchema: toDialect(tool.inputSchema, dialect) })));
}

function namesOf(tags: readonly TagCount[]): string {
  const shown = tags.slice(0, TAGS_NAMED_MAX).map(({ tag, tools }) => `${clip(tag)} (${tools})`);
  return [...shown, ...(tags.length > shown.length ? [`and ${tags.length - shown.length} more`] : [])].join(", ");
}

function clip(tag: string): string {
  return tag.length > TAG_CHARS_MAX ? `${tag.slice(0, TAG_CHARS_MAX - 1)}…` : tag;
}

function object(properties: JsonSchema, required: string[]): JsonSchema {
  return { type: "object", properties, required, additionalProperties: false };
}

function text(description: string): JsonSchema {
  return { type: "string", description };
}
