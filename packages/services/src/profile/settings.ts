import {
  assembledName,
  type BaseUrlVariable,
  type Compiled,
  type Override,
  presettableArguments,
  type SecurityScheme,
  type Tool,
} from "@portico/openapi";
import { z } from "zod";
import { AppError } from "../error.ts";
import { httpUrlSchema } from "../input.ts";
import type { Gone } from "../server/documents.ts";
import type { Places } from "../server/places.ts";

const ARGUMENTS_MAX = 200;
const FIELDS_MAX = 200;
const HIDDEN_MAX = 20_000;
const VALUE_CHARS_MAX = 16_384;
const KEY_CHARS_MAX = 100;

/** What a profile needs a value for: a security scheme, or a variable of base URLs. */
export const fieldKeySchema = z
  .string()
  .max(300)
  .regex(/^(credential|variable):./, 'use "credential:{security scheme}" or "variable:{name}"');

/** Who fills a field. A credential of the organization that has no value here is the server's own; a variable, what the document says. */
export type FieldHolder = "organization" | "person" | "unused";

const argumentSchema = z
  .object({
    argument: z.string().min(1).max(256),
    /** The only operation that it is for; absent: every one with such an argument. */
    operation: z.string().min(1).max(2_048).optional(),
    /** The key of the document that it is for; absent: the one without a key. No value goes to another API by itself. */
    document: z.string().min(1).max(KEY_CHARS_MAX).optional(),
    /** default: the model may say otherwise. fixed: it neither sees nor changes it. */
    mode: z.enum(["default", "fixed"]),
    value: z
      .json()
      .refine((value) => JSON.stringify(value).length <= VALUE_CHARS_MAX, `use at most ${VALUE_CHARS_MAX} characters`)
      .optional(),
    /** In the place of a value: what is known of the signed-in person. */
    person: z.enum(["email", "name", "id"]).optional(),
  })
  .strict()
  .refine(({ value, person }) => (value === undefined) !== (person === undefined), {
    message: 'give either a "value", or "person": "email", "name" or "id"',
    path: ["value"],
  });

export const profileSettingsSchema = z
  .object({
    /** Replaces every base URL of the document that the server was made from, the server's own too. */
    baseUrl: httpUrlSchema.optional(),
    /** The same for other documents of the server, by their key. */
    baseUrls: z.record(z.string().max(KEY_CHARS_MAX), httpUrlSchema).optional(),
    /** Who fills what; absent: the organization. */
    fields: z
      .record(z.string().max(300), z.enum(["organization", "person", "unused"]))
      .refine((fields) => Object.keys(fields).length <= FIELDS_MAX, `use at most ${FIELDS_MAX} fields`)
      .default({}),
    arguments: z.array(argumentSchema).max(ARGUMENTS_MAX).default([]),
    /** Operations whose tools are not offered. */
    hiddenTools: z.array(z.string().min(1).max(2_048)).max(HIDDEN_MAX).default([]),
  })
  .strict();
export type ProfileSettings = z.output<typeof profileSettingsSchema>;
export type ProfileArgument = ProfileSettings["arguments"][number];

export const NO_SETTINGS: ProfileSettings = { fields: {}, arguments: [], hiddenTools: [] };

/** Something of a document that profiles can have a value for. */
export type ProfileField = {
  field: string;
  name: string;
  /** What it is called in its document, and the title of that, where it is one of several. */
  of?: { name: string; document: string };
} & ({ kind: "credential"; scheme: SecurityScheme } | { kind: "variable"; variable: BaseUrlVariable });

/** The fields of a document: its security schemes, and the variables of the base URLs that its tools use. */
export function fieldsOf({
  tools,
  securitySchemes,
  documents = [],
}: {
  tools: readonly Pick<Tool, "plan">[];
  securitySchemes: readonly SecurityScheme[];
  documents?: Places["documents"];
}): ProfileField[] {
  const ofDocument = (name: string): Pick<ProfileField, "of"> => {
    const found = documents.find(({ key }) => name.startsWith(assembledName(key, "")));
    return found ? { of: { name: name.slice(assembledName(found.key, "").length), document: found.title } } : {};
  };
  const variables = new Map<string, BaseUrlVariable>();
  for (const { plan } of tools)
    for (const base of plan.baseUrls)
      for (const [name, variable] of Object.entries(base.variables))
        if (!variables.has(name)) variables.set(name, variable);
  return [
    ...securitySchemes
      .filter(({ type }) => type !== "unsupported")
      .map((scheme) => ({
        field: `credential:${scheme.name}`,
        name: scheme.name,
        ...ofDocument(scheme.name),
        kind: "credential" as const,
        scheme,
      })),
    ...[...variables].map(([name, variable]) => ({
      field: `variable:${name}`,
      name,
      ...ofDocument(name),
      kind: "variable" as const,
      variable,
    })),
  ];
}

/** What somebody's own profile gives together with the shared one that it builds on: it adds, and takes back nothing that was fixed or hidden. */
export function mergeSettings(shared: ProfileSettings, own: ProfileSettings): ProfileSettings {
  const isFixed = (one: ProfileArgument) =>
    shared.arguments.some(
      ({ argument, operation, document, mode }) =>
        mode === "fixed" &&
        argument === one.argument &&
        document === one.document &&
        (operation === undefined || operation === one.operation),
    );
  return {
    ...shared,
    fields: { ...shared.fields, ...own.fields },
    // The first that fits counts: what is fixed for all, then what is the person's, then the defaults for all.
    arguments: [
      ...shared.arguments.filter(({ mode }) => mode === "fixed"),
      ...own.arguments.filter((one) => !isFixed(one)),
      ...shared.arguments.filter(({ mode }) => mode === "default"),
    ],
    hiddenTools: [...new Set([...shared.hiddenTools, ...own.hiddenTools])],
  };
}

/** The arguments that are given for one operation, by name: what is said of it alone before what is said of all. */
export function argumentsOf(
  all: readonly ProfileArgument[],
  { operation, document }: Pick<Tool, "operation" | "document">,
): Map<string, ProfileArgument> {
  const found = new Map<string, ProfileArgument>();
  const take = (one: ProfileArgument) => {
    const before = found.get(one.argument);
    if (!before || (before.mode === "default" && one.mode === "fixed")) found.set(one.argument, one);
  };
  for (const one of all) if (one.operation === operation) take(one);
  for (const one of all) if (one.operation === undefined && one.document === document) take(one);
  return found;
}

/** What settings may name. */
export interface KnownOfServer {
  compiled: Compiled;
  /** Of the documents. */
  keys: readonly string[];
  gone: Gone;
  /** People's edits: they may have made other arguments of those of the documents. */
  overrides: readonly Override[];
}

/**
 * Refuses settings that name something the documents of a server, as a person edited them, do not have. Gives them with the document of each
 * argument that is for one operation.
 */
export function checkSettings(
  { compiled, keys, gone, overrides }: KnownOfServer,
  settings: ProfileSettings,
): ProfileSettings {
  const editsOf = new Map(overrides.map(({ operation, parameters }) => [operation, parameters]));
  const hasArgument = (tool: Tool, argument: string) =>
    [presettableArguments(tool), presettableArguments(tool, editsOf.get(tool.operation))].some((known) =>
      known.some(({ name }) => name === argument),
    );
  const known = new Set(fieldsOf(compiled).map(({ field }) => field));
  const operations = new Map(compiled.tools.map((tool) => [tool.operation, tool]));
  const issues = [
    ...Object.keys(settings.fields)
      .filter((field) => !known.has(field) && !gone.isName(field.slice(field.indexOf(":") + 1)))
      .map((field) => ({
        field: `settings.fields.${field}`,
        message: `the document has no such field; it has ${[...known].join(", ") || "none"}`,
      })),
    ...settings.hiddenTools
      .filter((operation) => !operations.has(operation) && !gone.isOperation(operation))
      .map((operation) => ({ field: "settings.hiddenTools", message: `the document has no operation ${operation}` })),
    ...Object.keys(settings.baseUrls ?? {})
      .filter((key) => key === "" || !(keys.includes(key) || gone.isName(`${key}:`)))
      .map((key) => ({
        field: `settings.baseUrls.${key}`,
        message: `the server has no document with the key "${key}"`,
      })),
    ...settings.arguments.flatMap(({ argument, operation, document }, at) => {
      const isGone = operation === undefined ? gone.isName(`${document ?? ""}:`) : gone.isOperation(operation);
      if (isGone) return [];
      if (document !== undefined && !keys.includes(document))
        return [
          {
            field: `settings.arguments.${at}.document`,
            message: `the server has no document with the key "${document}"`,
          },
        ];
      const tools = compiled.tools.filter((one) =>
        operation === undefined ? one.document === document : one.operation === operation,
      );
      if (operation !== undefined && tools.length === 0)
        return [{ field: `settings.arguments.${at}.operation`, message: `the document has no operation ${operation}` }];
      if (tools.some((tool) => hasArgument(tool, argument))) return [];
      const where = operation === undefined ? "no tool has the" : `${operation} has no`;
      return [{ field: `settings.arguments.${at}.argument`, message: `${where} argument "${argument}"` }];
    }),
  ];
  if (issues.length === 0)
    return {
      ...settings,
      arguments: settings.arguments.map(({ document, ...one }) => {
        const { operation } = one;
        // An operation says itself whose it is: what is fixed for all of a document holds for it, whatever was sent.
        const of =
          operation === undefined
            ? document
            : (operations.get(operation) ?? { document: gone.documentOf(operation) }).document;
        return of === undefined ? one : { ...one, document: of };
      }),
    };
  const shown = issues.slice(0, 20).map(({ field, message }) => `${field}: ${message}`);
  throw new AppError("invalid_input", shown.join("; "), { issues });
}
