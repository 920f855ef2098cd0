import type { Context } from "../context.ts";
import { asArray, asObject, isObject } from "../json.ts";
import type { FoundOperation } from "../operations.ts";
import type { CompiledTool, PackedTool, PackedVariant } from "../pack.ts";
import type { Part } from "../parts.ts";
import { estimateTokens } from "../tokens.ts";
import type { BaseUrl, JsonObject, SecurityScheme } from "../types.ts";
import type { Authoring } from "./authoring.ts";
import { transformHost, transformServers } from "./base-url.ts";
import { describeOperation, titleOf } from "./description.ts";
import { transformInput } from "./input.ts";
import { isMediaType } from "./media-type.ts";
import { type Parameter, transformParameters } from "./parameter.ts";
import { type PathTemplate, parsePath } from "./path.ts";
import { type RequestBodies, transformRequestBody, transformSwagger2Body } from "./request-body.ts";
import { transformResponses } from "./response.ts";
import { transformSecurity } from "./security.ts";
import { oneLine } from "./text.ts";

export type Transformed =
  | { status: "ok" | "degraded"; tool: CompiledTool; name: string; tokens: number; reasons: string[] }
  | { status: "skipped"; reasons: string[] };

export interface Shared {
  /** The document's base URLs. */
  baseUrls: Part;
  securitySchemes: ReadonlyMap<string, SecurityScheme>;
  documentUrl?: string;
}

/** Operation Object to tool. What cannot be kept is a reason; nothing of it stops other operations. */
export function transformOperation(
  context: Context,
  found: FoundOperation,
  name: string,
  shared: Shared,
  authored: Authoring,
): Transformed {
  const { raw, method } = found;
  if (!authored.include) return { status: "skipped", reasons: ["The document's author leaves it out (x-mcp)."] };
  const template = parsePath(found.path);
  if (!template) return { status: "skipped", reasons: ["The path goes up with “..”, so it cannot be called safely."] };
  const reasons: string[] = [];
  const read = transformParameters(context, [found.pathItem.parameters, raw.parameters]);
  for (const { message, list, index } of read.dropped) {
    const owner = list === 0 ? found.pathPointer : found.pointer;
    context.report({ code: "operation_degraded", pointer: `${owner}/parameters/${index}`, message });
    reasons.push(message);
  }
  const security = securityOf(context, raw, shared);
  const fitted = fitTemplate(read.parameters, template, reasons);
  const { keys } = security;
  const parameters = keys.length === 0 ? fitted : fitted.filter((parameter) => !isCredential(parameter, keys));
  const bodies = readBody(context, found, read.body, read.form, reasons);
  const input = transformInput(context, parameters, bodies?.chosen);
  if (input.isCut) reasons.push("Its input is very large, so the deepest parts accept anything.");
  const response = transformResponses(context, raw);
  const title = authored.title ?? titleOf(raw);

  const description = authored.description ?? describeOperation(raw, method, found.path, response.sketch);
  const tool: CompiledTool = {
    ...(title === undefined ? {} : { title }),
    description,
    input: input.schema,
    ...(response.output === undefined ? {} : { output: response.output }),
    ...(Object.keys(authored.annotations).length > 0 ? { annotations: authored.annotations } : {}),
    plan: {
      ...fixedQueryOf(template, parameters),
      baseUrls: baseUrlsOf(context, found, shared.baseUrls),
      ...(shared.documentUrl === undefined ? {} : { documentUrl: shared.documentUrl }),
      parameters: input.parameters,
      ...(input.body === undefined ? {} : { body: input.body }),
      security: security.part,
      response: response.plan,
    },
    ...variantsOf(context, parameters, bodies),
  };
  const tokens =
    FRAME_TOKENS +
    estimateTokens(name) +
    // The title stands in the annotations too.
    (title === undefined ? 0 : 2 * estimateTokens(title)) +
    estimateTokens(description) +
    input.tokens +
    (response.outputTokens ?? 0);
  return { status: reasons.length > 0 ? "degraded" : "ok", tool, name, tokens, reasons };
}

/** What a list entry costs beside its texts and its schema: keys and annotations. */
const FRAME_TOKENS = 30;

/** Pairs of the template; one without a value only says that a declared parameter belongs there. */
function fixedQueryOf(template: PathTemplate, parameters: Parameter[]): { fixedQuery?: [string, string][] } {
  const fixedQuery = template.fixedQuery.filter(
    ([key, value]) =>
      value !== "" || !parameters.some((parameter) => parameter.in === "query" && parameter.name === key),
  );
  return fixedQuery.length > 0 ? { fixedQuery } : {};
}

/** Path parameters exactly as the template has them: undeclared ones are strings, unused ones cannot be sent. */
function fitTemplate(parameters: Parameter[], template: PathTemplate, reasons: string[]): Parameter[] {
  if (isFitting(parameters, template)) return parameters;
  const queryNames = new Map(template.queryParameters.map(([query, parameter]) => [parameter, query]));
  const fitted = parameters.flatMap((parameter): Parameter[] => {
    if (parameter.in !== "path" || template.names.includes(parameter.name)) return [parameter];
    const query = queryNames.get(parameter.name);
    if (query !== undefined) return [{ ...parameter, in: "query", name: query, style: "form", explode: true }];
    reasons.push(
      `The path has no place for the parameter ${JSON.stringify(oneLine(parameter.name.slice(0, 60)))}, so it is left out.`,
    );
    return [];
  });
  const declared = new Set(fitted.filter((parameter) => parameter.in === "path").map((parameter) => parameter.name));
  const undeclared = template.names.filter((name) => !declared.has(name));
  return [...undeclared.map(implicitPathParameter), ...fitted];
}

/** As many path parameters as the template has places, each with one: parameters have unique names. */
function isFitting(parameters: readonly Parameter[], { names }: PathTemplate): boolean {
  let placed = 0;
  for (const parameter of parameters) {
    if (parameter.in !== "path") continue;
    if (!names.includes(parameter.name)) return false;
    placed++;
  }
  return placed === names.length;
}

function implicitPathParameter(name: string): Parameter {
  return {
    in: "path",
    name,
    required: true,
    style: "simple",
    explode: false,
    allowReserved: false,
    schema: { type: "string" },
    deprecated: false,
  };
}

/** Security requirements as a part, and the API keys among them. */
interface Security {
  part: Part;
  keys: SecurityScheme[];
}

function securityOf(context: Context, raw: JsonObject, shared: Shared): Security {
  const given = Array.isArray(raw.security) ? raw.security : asArray(context.document.root.security);
  return context.once("security", given, () => {
    const requirements = transformSecurity(shared.securitySchemes, given);
    const schemes = requirements.flat().map(({ scheme }) => scheme);
    return {
      part: context.parts.of(JSON.stringify(requirements)),
      keys: schemes.filter(({ type }) => type === "apiKey"),
    };
  });
}

/** The credential fills this parameter; a model must not. */
function isCredential(parameter: Parameter, keys: SecurityScheme[]): boolean {
  return keys.some(
    (scheme) => scheme.in === parameter.in && scheme.parameterName?.toLowerCase() === parameter.name.toLowerCase(),
  );
}

/** What the tool is like when its body is sent as something else. */
function variantsOf(
  context: Context,
  parameters: Parameter[],
  bodies: RequestBodies | undefined,
): Pick<PackedTool, "variants"> {
  if (!bodies || bodies.alternatives.length === 0) return {};
  return {
    variants: bodies.alternatives.map(({ contentType, make, isSame }): PackedVariant => {
      if (isSame) return { contentType };
      const { schema, body } = transformInput(context, parameters, make());
      return { contentType, input: schema, ...(body === undefined ? {} : { body }) };
    }),
  };
}

function readBody(
  context: Context,
  found: FoundOperation,
  body: Parameters<typeof transformSwagger2Body>[1],
  form: Parameters<typeof transformSwagger2Body>[2],
  reasons: string[],
): RequestBodies | undefined {
  const { raw } = found;
  if (context.isSwagger2) {
    const consumes = Array.isArray(raw.consumes) ? raw.consumes : asArray(context.document.root.consumes);
    return transformSwagger2Body(
      context,
      body,
      form,
      consumes.filter((type): type is string => typeof type === "string" && isMediaType(type)),
    );
  }
  if (raw.requestBody === undefined || raw.requestBody === null) return undefined;
  const transformed = transformRequestBody(context, raw.requestBody);
  if (transformed) return transformed;
  const given = context.resolve(raw.requestBody);
  const types = Object.keys(asObject(asObject(given).content));
  if (!isObject(given)) reasons.push("Its request body cannot be found, so it is sent without one.");
  else if (types.length > 0) {
    reasons.push(
      `Its request body has no media type that can be sent (${oneLine(types.join(", ").slice(0, 80))}), so it is sent without one.`,
    );
  }
  return undefined;
}

function baseUrlsOf(context: Context, found: FoundOperation, shared: Part): Part {
  const own = ownBaseUrls(context, found);
  return own === undefined ? shared : context.parts.of(JSON.stringify(own));
}

/** Base URLs of the operation, else of its path. */
function ownBaseUrls(context: Context, { raw, pathItem }: FoundOperation): BaseUrl[] | undefined {
  if (!context.isSwagger2) return transformServers(raw.servers) ?? transformServers(pathItem.servers);
  const hasSchemes = Array.isArray(raw.schemes) && raw.schemes.length > 0;
  return hasSchemes ? transformHost(context.document.root, raw.schemes) : undefined;
}

const TAGS_MAX = 10;

export function tagsOf(raw: unknown): string[] {
  return asArray(raw)
    .filter((tag): tag is string => typeof tag === "string")
    .slice(0, TAGS_MAX)
    .map((tag) => oneLine(tag.slice(0, 80)))
    .filter((tag) => tag !== "");
}
