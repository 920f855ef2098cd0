import type { Context } from "../context.ts";
import { asArray, asObject, asText, isObject } from "../json.ts";
import type { JsonObject, SecurityRequirement, SecurityScheme } from "../types.ts";
import { isReservedHeader } from "./parameter.ts";
import { clip, oneLine } from "./text.ts";

/** Security Scheme Objects of the document, in its order. A scheme that could not be sent safely is `unsupported`. */
export function transformSecuritySchemes(context: Context): SecurityScheme[] {
  const { root } = context.document;
  const raw = context.isSwagger2 ? root.securityDefinitions : asObject(root.components).securitySchemes;
  return Object.entries(asObject(raw)).map(([name, value]) => {
    const scheme = context.resolve(value);
    return isObject(scheme) ? transformScheme(name, scheme) : { name, type: "unsupported" };
  });
}

function transformScheme(name: string, raw: JsonObject): SecurityScheme {
  const description = asText(raw.description)
    ? clip(oneLine((raw.description as string).slice(0, 2_000)), 500)
    : undefined;
  const common = { name, ...(description ? { description } : {}) };
  if (raw.type === "basic") return { ...common, type: "basic" };
  if (raw.type === "apiKey") return transformApiKey(common, raw);
  if (raw.type === "http") {
    const scheme = String(raw.scheme ?? "");
    if (scheme.toLowerCase() === "basic") return { ...common, type: "basic" };
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(scheme)) return { ...common, type: "unsupported" };
    return { ...common, type: "bearer", ...(scheme.toLowerCase() === "bearer" ? {} : { httpScheme: scheme }) };
  }
  if (raw.type === "oauth2")
    return { ...common, type: "oauth2", flows: httpOnly(isObject(raw.flows) ? raw.flows : swagger2Flow(raw)) };
  if (raw.type === "openIdConnect") {
    const url = httpUrl(raw.openIdConnectUrl);
    return { ...common, type: "openIdConnect", ...(url ? { openIdConnectUrl: url } : {}) };
  }
  return { ...common, type: "unsupported" };
}

function transformApiKey(common: { name: string; description?: string }, raw: JsonObject): SecurityScheme {
  const parameterName = asText(raw.name);
  const place = (["header", "query", "cookie"] as const).find((location) => location === raw.in);
  if (parameterName === undefined || place === undefined) return { ...common, type: "unsupported" };
  const isToken = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(parameterName);
  const isAuthorization = parameterName.toLowerCase() === "authorization";
  const isUnsafe = place === "header" && isReservedHeader(parameterName) && !isAuthorization;
  if (isUnsafe || (place !== "query" && !isToken)) return { ...common, type: "unsupported" };
  return { ...common, type: "apiKey", in: place, parameterName };
}

function swagger2Flow(raw: JsonObject): JsonObject {
  const names: Record<string, string> = { accessCode: "authorizationCode", application: "clientCredentials" };
  const flow = String(raw.flow ?? "implicit");
  return {
    [names[flow] ?? flow]: { authorizationUrl: raw.authorizationUrl, tokenUrl: raw.tokenUrl, scopes: raw.scopes },
  };
}

/** Keeps http(s) addresses only: these may become links. */
function httpOnly(flows: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [name, value] of Object.entries(flows)) {
    const flow = asObject(value);
    const urls = ["authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl"].flatMap((key) => {
      const url = httpUrl(flow[key]);
      return url ? [[key, url]] : [];
    });
    if (name !== "__proto__") out[name] = { ...Object.fromEntries(urls), scopes: asObject(flow.scopes) };
  }
  return out;
}

/** Absolute http(s), or relative to the document. */
function httpUrl(value: unknown): string | undefined {
  const text = asText(value)?.trim();
  if (text === undefined) return undefined;
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return /^https?:\/\//i.test(text) ? text : undefined;
  return text;
}

/** Security Requirement Objects: OR of ANDs. Empty: none is required. */
export function transformSecurity(
  schemes: ReadonlyMap<string, SecurityScheme>,
  requirements: readonly unknown[],
): SecurityRequirement[][] {
  return requirements.filter(isObject).map((alternative) =>
    Object.entries(alternative).map(([name, scopes]) => ({
      // OpenAPI 3.2 also names a scheme by its reference.
      scheme: schemes.get(name) ?? schemes.get(name.split("/").pop() ?? "") ?? { name, type: "unsupported" },
      scopes: asArray(scopes).filter((scope) => typeof scope === "string"),
    })),
  );
}
