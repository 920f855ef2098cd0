import { isObject, setOwn } from "./json.ts";
import { isAskedAgain } from "./tool-kind.ts";
import type { AnswerShape, JsonObject, Pages, Paging, Tool } from "./types.ts";

/** Query parameters that say where a page begins, by how they say it. */
const STYLES: [Pages["style"], RegExp][] = [
  [
    "cursor",
    /^(cursor|next_?cursor|page_?cursor|page_?token|next_?token|next_?page_?token|starting_?after|after|continuation(_?token)?|continue|marker|scroll_?id)$/i,
  ],
  ["offset", /^(offset|skip|start|start_?index|from|first_?result)$/i],
  ["page", /^(page|page_?number|page_?no|page\[number\]|p)$/i],
];
const SIZE = /^(limit|per_?page|page_?size|size|count|max_?results|first|top|\$top|page\[size\])$/i;

const CURSOR = "cursor";

/**
 * How the list that a tool answers comes in pages, going by its optional query parameters; undefined when it does not, or nothing says so.
 * Only of what reads: asking again for more must do nothing.
 */
export function detectPaging(tool: PagedTool): Pages | undefined {
  if (!isAskedAgain(tool)) return undefined;
  const { plan, inputSchema } = tool;
  const properties = (inputSchema.properties ?? {}) as Record<string, unknown>;
  const required = (inputSchema.required ?? []) as string[];
  const shown = plan.parameters.filter(
    ({ in: place, argument }) =>
      place === "query" && Object.hasOwn(properties, argument) && !required.includes(argument),
  );
  for (const [style, word] of STYLES) {
    const found = shown.find(({ name, argument }) => word.test(name) && isScalar(properties[argument], style));
    if (!found) continue;
    const size = shown.find(({ name }) => SIZE.test(name));
    // What only looks like it: without a size, "from" and "start" are dates as often.
    if (style === "offset" && !size) continue;
    const preset =
      size && isObject(properties[size.argument]) ? (properties[size.argument] as JsonObject).default : undefined;
    return {
      style,
      argument: found.argument,
      parameter: found.name,
      ...(size ? { size: size.argument } : {}),
      ...(typeof preset === "number" ? { sizeDefault: preset } : {}),
    };
  }
  return undefined;
}

type PagedTool = Pick<Tool, "plan" | "inputSchema" | "annotations" | "kind" | "operation" | "steps">;

function isScalar(schema: unknown, style: Pages["style"]): boolean {
  if (!isObject(schema)) return true;
  const types = [schema.type].flat();
  return style === "cursor"
    ? !types.includes("object") && !types.includes("array")
    : !types.includes("array") && schema.format === undefined;
}

/** A tool whose pages are asked for with one argument that is the same for every tool, in the place of its own. */
export function withPaging<T extends PagedTool>(tool: T): T & Pick<Tool, "paging"> {
  const pages = detectPaging(tool);
  if (!pages) return tool;
  const { [pages.argument]: _own, ...others } = propertiesOf(tool);
  return withCursor(tool, others, pages, PAGE_WORDS);
}

/**
 * The tool with this shape of its answers. Where that can shorten a list, and asking again does nothing, a cursor asks for the rest of it:
 * the one of its pages, or one that is there for nothing else.
 */
export function withShape(tool: Tool, shape: AnswerShape | undefined): Tool {
  const { shape: _before, ...rest } = withoutListCursor(tool);
  const shaped: Tool = { ...rest, ...(shape ? { shape } : {}) };
  const canShorten = shape?.itemsMax !== undefined || shape?.tokensMax !== undefined;
  if (!canShorten || shaped.paging || !isAskedAgain(shaped)) return shaped;
  return withCursor(shaped, propertiesOf(shaped), { style: "list" }, LIST_WORDS);
}

const PAGE_WORDS = "Where the next page begins: what the page before gave. Left out for the first page.";
const LIST_WORDS = "Where the rest of a shortened list begins: what the call before gave. Left out at first.";

function withCursor<T extends Pick<Tool, "plan" | "inputSchema">>(
  tool: T,
  others: JsonObject,
  paging: Paging,
  description: string,
): T & Pick<Tool, "paging"> {
  // What is fixed is no property, and would stand in the place of what the model fills in.
  const taken = new Set([...Object.keys(others), ...(tool.plan.given ?? []).map(({ argument }) => argument)]);
  let name = CURSOR;
  for (let number = 2; taken.has(name); number++) name = `${CURSOR}_${number}`;
  const properties: JsonObject = { ...others };
  setOwn(properties, name, { type: "string", description });
  return { ...tool, inputSchema: { ...tool.inputSchema, properties }, paging: { ...paging, cursor: name } };
}

function withoutListCursor(tool: Tool): Tool {
  const { paging, ...rest } = tool;
  if (paging?.style !== "list") return tool;
  const { [paging.cursor ?? CURSOR]: _cursor, ...properties } = propertiesOf(tool);
  return { ...rest, inputSchema: { ...tool.inputSchema, properties } };
}

function propertiesOf({ inputSchema }: Pick<Tool, "inputSchema">): JsonObject {
  return (inputSchema.properties ?? {}) as JsonObject;
}
