import {
  type CallTool,
  matchUriTemplate,
  type Prompt,
  type ReadResource,
  type Resource,
  type ResourceTemplate,
} from "@portico/mcp";
import type { Tool } from "@portico/openapi";
import type { Manifest } from "@portico/services";

/** Under this name a resource's call is run and recorded; no tool has a colon in its name. */
const nameOf = (uri: string) => `resource:${uri}`;
const COMPLETIONS_MAX = 200;

/** A version's prompts and resources, as MCP serves them, and the tools that read what a GET operation answers. */
export interface Offers {
  prompts?: Prompt[];
  resources?: Resource[];
  resourceTemplates?: ResourceTemplate[];
  /** By the address, or its template. */
  bound: ReadonlyMap<string, Tool>;
}

export function offersOf({ prompts = [], resources = [] }: Pick<Manifest, "prompts" | "resources">): Offers {
  const bound = new Map<string, Tool>();
  const listed: Resource[] = [];
  const templates: ResourceTemplate[] = [];
  for (const resource of resources) {
    if ("text" in resource) {
      listed.push(resource);
      continue;
    }
    const { tool, uri, ...words } = resource;
    bound.set(uri, { ...tool, name: nameOf(uri) });
    if (uri.includes("{")) templates.push({ ...words, uriTemplate: uri, values: choicesOf(tool) });
    else listed.push({ ...words, uri });
  }
  return {
    bound,
    ...(prompts.length === 0 ? {} : { prompts: prompts.map(toPrompt) }),
    ...(listed.length === 0 ? {} : { resources: listed }),
    ...(templates.length === 0 ? {} : { resourceTemplates: templates }),
  };
}

function toPrompt({ messages, ...prompt }: NonNullable<Manifest["prompts"]>[number]): Prompt {
  return { ...prompt, messages: messages.map(({ role, text }) => ({ role, content: { type: "text", text } })) };
}

/** What the document says that an argument can be. */
function choicesOf({ inputSchema }: Tool): Record<string, string[]> {
  const properties = Object.entries((inputSchema.properties ?? {}) as Record<string, { enum?: unknown[] }>);
  return Object.fromEntries(
    properties.flatMap(([name, schema]) =>
      Array.isArray(schema?.enum) ? [[name, schema.enum.slice(0, COMPLETIONS_MAX).map(String)]] : [],
    ),
  );
}

/** Reads a bound resource by calling its operation; undefined when the address is of none. */
export async function readBound(
  { bound }: Pick<Offers, "bound">,
  uri: string,
  run: (tool: Tool, args: Record<string, string>) => ReturnType<CallTool>,
): ReturnType<ReadResource> {
  const found = boundTool(bound, uri);
  if (!found) return undefined;
  const result = await run(found.tool, found.args);
  if ("questions" in result) return undefined;
  const text = result.content.flatMap((block) => (isText(block) ? [block.text] : [])).join("\n");
  if (result.isError) return { problem: text };
  const [only] = result.content as { type?: string; data?: string; mimeType?: string }[];
  if (only?.data !== undefined && only.mimeType) return { uri, mimeType: only.mimeType, blob: only.data };
  return { uri, mimeType: result.structuredContent ? "application/json" : "text/plain", text };
}

/** What reads this address, with the values in it. */
export function boundTool(
  bound: Offers["bound"],
  uri: string,
): { tool: Tool; args: Record<string, string> } | undefined {
  for (const [template, tool] of bound) {
    const args = template === uri ? {} : matchUriTemplate(template, uri);
    if (args) return { tool, args };
  }
  return undefined;
}

function isText(block: unknown): block is { type: "text"; text: string } {
  return (block as { type?: string }).type === "text";
}
