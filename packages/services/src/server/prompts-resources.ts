import type { Compiled, Tool } from "@portico/openapi";
import { z } from "zod";
import { AppError } from "../error.ts";

const PROMPTS_MAX = 100;
const RESOURCES_MAX = 200;
const TEXT_CHARS_MAX = 64 * 1024;

const words = {
  title: z.string().trim().min(1).max(200).optional(),
  description: z.string().trim().min(1).max(1_024).optional(),
};
const argumentName = z.string().regex(/^[\w.-]{1,64}$/, "use 1 to 64 letters, digits, _, - or .");

const promptSchema = z
  .object({
    name: argumentName,
    ...words,
    arguments: z
      .array(
        z
          .object({
            name: argumentName,
            ...words,
            required: z.boolean().optional(),
            /** Offered while a person types. */
            values: z.array(z.string().min(1).max(200)).max(100).optional(),
          })
          .strict(),
      )
      .max(20)
      .optional(),
    /** `{{argument}}` stands for a value. */
    messages: z
      .array(z.object({ role: z.enum(["user", "assistant"]), text: z.string().min(1).max(TEXT_CHARS_MAX) }).strict())
      .min(1)
      .max(20),
  })
  .strict();

/** Absolute, and not of a kind that clients or we give a meaning of our own. */
const uri = z
  .string()
  .max(500)
  .refine((text) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text) && !/^(?:ui|file|javascript|data):/i.test(text), {
    message: "write an address such as notes://about, with a scheme of your own",
  });

const resourceSchema = z.union([
  z
    .object({
      uri,
      name: z.string().trim().min(1).max(200),
      ...words,
      mimeType: z.string().max(200).optional(),
      text: z.string().max(TEXT_CHARS_MAX),
    })
    .strict(),
  z
    .object({
      /** `{name}` stands for the tool argument of that name. */
      uri,
      name: z.string().trim().min(1).max(200),
      ...words,
      mimeType: z.string().max(200).optional(),
      /** Key of a GET operation, whose answer is the content. */
      operation: z.string().max(2_000),
    })
    .strict(),
]);

/** Prompts of a server, and resources: texts of its own, or what a GET operation answers. */
export const promptsSchema = z.array(promptSchema).max(PROMPTS_MAX).superRefine(unique("name"));
export const resourcesSchema = z.array(resourceSchema).max(RESOURCES_MAX).superRefine(unique("uri"));

export type ServerPrompt = z.output<typeof promptSchema>;
export type ServerResource = z.output<typeof resourceSchema>;

function unique(key: string) {
  return (items: Record<string, unknown>[], context: z.RefinementCtx) => {
    const seen = new Set<unknown>();
    for (const [index, item] of items.entries()) {
      if (seen.has(item[key]))
        context.addIssue({ code: "custom", path: [index, key], message: `"${item[key]}" is there twice` });
      seen.add(item[key]);
    }
  };
}

/** A resource as a version holds it: with its text, or with the tool whose answer it is. */
export type ServedResource = Omit<Extract<ServerResource, { text: string }>, "text"> &
  ({ text: string } | { tool: Tool });

/** Resources with their tools. An operation that the document no longer has takes its resource along. */
export function bindResources(resources: readonly ServerResource[], { tools }: Compiled): ServedResource[] {
  const byOperation = new Map(tools.map((tool) => [tool.operation, tool]));
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
export function checkResources(resources: readonly ServerResource[], { tools }: Compiled): void {
  for (const [index, resource] of resources.entries()) {
    if ("text" in resource) continue;
    const tool = tools.find((one) => one.operation === resource.operation);
    const properties = Object.keys((tool?.inputSchema.properties ?? {}) as object);
    const required = (tool?.inputSchema.required ?? []) as string[];
    const places = placesOf(resource.uri);
    const unknown = places.find((place) => !properties.includes(place));
    const missing = required.find((name) => !places.includes(name));
    const message = !tool
      ? `the document has no operation ${resource.operation}`
      : tool.plan.method !== "GET"
        ? "only GET operations can be read as resources"
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
