import { applyOverrides, type Compiled, type Override, type Tool, toolKind, withHints } from "@portico/openapi";
import { z } from "zod";
import { AppError } from "../error.ts";
import { givenOnly } from "./given-only.ts";

const PROMPTS_MAX = 100;
const RESOURCES_MAX = 200;
const TEXT_CHARS_MAX = 64 * 1024;

const ARGUMENTS_MAX = 20;
const MESSAGES_MAX = 20;
const VALUES_MAX = 100;

/** A text that stands for something: never empty, and cut nowhere. */
function words(charsMax: number) {
  return z.string().trim().min(1, "write something here").max(charsMax, tooLong(charsMax));
}

function tooLong(charsMax: number): string {
  return `use at most ${charsMax.toLocaleString("en")} characters`;
}

function tooMany(most: number, nouns: string): string {
  return `there can be at most ${most} ${nouns}: remove some`;
}

const shown = { title: words(200).optional(), description: words(1_024).optional() };
const promptName = z.string().regex(/^[\w.-]{1,64}$/, "use 1 to 64 letters, digits, dots, dashes or underscores");

const argumentSchema = z
  .object({
    name: promptName,
    ...shown,
    required: z.boolean().optional(),
    /** Offered while a person types. */
    values: z.array(words(200)).max(VALUES_MAX, tooMany(VALUES_MAX, "values")).optional(),
  })
  .strict();

const messageSchema = z
  .object({
    role: z.enum(["user", "assistant"], 'use "user" or "assistant"'),
    text: z.string().min(1, "write what is said").max(TEXT_CHARS_MAX, tooLong(TEXT_CHARS_MAX)),
  })
  .strict();

const promptSchema = z
  .object({
    name: promptName,
    ...shown,
    arguments: z
      .array(argumentSchema)
      .max(ARGUMENTS_MAX, tooMany(ARGUMENTS_MAX, "arguments"))
      .superRefine(unique("name"))
      .optional(),
    /** `{{argument}}` stands for a value. */
    messages: z
      .array(messageSchema)
      .min(1, "a prompt says something: add a message")
      .max(MESSAGES_MAX, tooMany(MESSAGES_MAX, "messages")),
  })
  .strict();

/** Absolute, and not of a kind that clients or we give a meaning of our own. */
const uri = z
  .string()
  .max(500, tooLong(500))
  .refine((text) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text) && !/^(?:ui|file|javascript|data):/i.test(text), {
    message: "write an address such as notes://about, with a scheme of your own",
  });

const resourceWords = {
  /** `{name}` stands for the tool argument of that name, where there is an operation. */
  uri,
  name: words(200),
  ...shown,
  mimeType: words(200).optional(),
};

/** One object and not a choice of two, so that what is wrong is said of its field. */
const resourceSchema = z
  .object({
    ...resourceWords,
    text: z.string().max(TEXT_CHARS_MAX, tooLong(TEXT_CHARS_MAX)).optional(),
    /** Key of a GET operation, whose answer is the content. */
    operation: z.string().max(2_000, tooLong(2_000)).optional(),
  })
  .strict()
  .transform(({ text, operation, ...rest }, context): TextResource | BoundResource => {
    if (text !== undefined && operation === undefined) return { ...rest, text };
    if (operation !== undefined && text === undefined) return { ...rest, operation };
    const path = [text === undefined ? "text" : "operation"];
    context.addIssue({ code: "custom", path, message: "give the text, or the GET operation that answers it" });
    return z.NEVER;
  });

type ResourceWords = z.output<z.ZodObject<typeof resourceWords>>;
type TextResource = ResourceWords & { text: string };
type BoundResource = ResourceWords & { operation: string };

/** Prompts of a server, and resources: texts of its own, or what a GET operation answers. */
export const promptsSchema = z
  .array(promptSchema)
  .max(PROMPTS_MAX, tooMany(PROMPTS_MAX, "prompts"))
  .superRefine(unique("name"));
export const resourcesSchema = z
  .array(resourceSchema)
  .max(RESOURCES_MAX, tooMany(RESOURCES_MAX, "resources"))
  .superRefine(unique("uri"));

export type ServerPrompt = z.output<typeof promptSchema>;
export type ServerResource = TextResource | BoundResource;

/** Whether any of them is a text of the server's own. */
export function hasTexts(resources: readonly object[]): boolean {
  return resources.some((resource) => "text" in resource);
}

function unique<Key extends string>(key: Key) {
  return (items: { [key in Key]: string }[], context: z.RefinementCtx) => {
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
      if (seen.has(item[key]))
        context.addIssue({
          code: "custom",
          path: [index, key],
          message: `"${item[key]}" is there twice: choose another`,
        });
      seen.add(item[key]);
    }
  };
}

/** A resource as a version holds it: with its text, or with the tool whose answer it is. */
export type ServedResource = ResourceWords & ({ text: string } | { tool: Tool });

/**
 * Resources with their tools. An operation that the document no longer has takes its resource along, as does one that a person says does
 * more than read: whoever opens a resource expects nothing to happen. Arguments keep the names that
 * addresses know; what the edits of a tool fix or restrict holds for who reads, too.
 */
export function bindResources(
  resources: readonly ServerResource[],
  { tools }: Compiled,
  overrides: readonly Override[],
): ServedResource[] {
  const bound = new Set(resources.flatMap((resource) => ("text" in resource ? [] : [resource.operation])));
  const read = applyOverrides(
    tools.filter(({ operation }) => bound.has(operation)),
    overrides.map(({ operation, parameters, annotations, timeoutSeconds, retries }) => ({
      operation,
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      ...(retries === undefined ? {} : { retries }),
      ...(parameters ? { parameters: givenOnly(parameters) } : {}),
      ...(annotations ? { annotations } : {}),
    })),
  ).filter((tool) => toolKind(tool) === "reading");
  const byOperation = new Map(read.map((tool) => [tool.operation, tool]));
  return resources.flatMap((resource): ServedResource[] => {
    if ("text" in resource) return [resource];
    const { operation, ...words } = resource;
    const tool = byOperation.get(operation);
    if (!tool) return [];
    const { variants: _variants, outputSchema: _output, ...bound } = tool;
    return [{ ...words, tool: bound }];
  });
}

/** Refuses a resource that could not be read: no such operation, not a GET, or a place in its address that no argument fills. */
export function checkResources(
  resources: readonly ServerResource[],
  { tools }: Compiled,
  overrides: readonly Override[],
): void {
  const hintsOf = new Map(overrides.map(({ operation, annotations }) => [operation, annotations]));
  for (const [index, resource] of resources.entries()) {
    if ("text" in resource) continue;
    const tool = tools.find((one) => one.operation === resource.operation);
    const properties = Object.keys((tool?.inputSchema.properties ?? {}) as object);
    const required = (tool?.inputSchema.required ?? []) as string[];
    const places = placesOf(resource.uri);
    const unknown = places.find((place) => !properties.includes(place));
    const missing = required.find((name) => !places.includes(name));
    const message = !tool
      ? resource.operation
        ? `the document has no operation ${resource.operation}`
        : "choose a GET operation"
      : tool.plan.method !== "GET"
        ? "only GET operations can be read as resources"
        : toolKind(withHints(tool, hintsOf.get(tool.operation))) !== "reading"
          ? "this operation does more than read, as its tool says, and nothing may happen when a resource is read"
          : unknown !== undefined
            ? `the operation has no argument "${unknown}"; it has ${properties.join(", ") || "none"}`
            : missing !== undefined
              ? `the operation needs "${missing}": write {${missing}} where it belongs in the address`
              : undefined;
    if (message === undefined) continue;
    const field = `resources.${index}.${tool && tool.plan.method === "GET" ? "uri" : "operation"}`;
    throw new AppError("invalid_input", `${field}: ${message}`, { issues: [{ field, message }] });
  }
}

/** The places for values in an address (RFC 6570, simple expressions). */
export function placesOf(uri: string): string[] {
  return [...uri.matchAll(/\{\+?([\w.]+)\}/g)].map(([, name]) => name as string);
}
