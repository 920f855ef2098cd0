import type { Context } from "../context.ts";
import { asArray, asObject, asText, isObject, setOwn } from "../json.ts";
import type { BaseUrl, BaseUrlVariable, JsonObject } from "../types.ts";
import { oneLine } from "./text.ts";

/** Server Objects (OpenAPI 3 `servers`) as base URLs; undefined when the list says nothing. */
export function transformServers(servers: unknown): BaseUrl[] | undefined {
  const usable = asArray(servers).filter(
    (server): server is JsonObject => isObject(server) && typeof server.url === "string",
  );
  if (usable.length === 0) return undefined;
  return usable.map((server) => ({
    url: (server.url as string).trim(),
    ...(asText(server.description) ? { description: oneLine((server.description as string).slice(0, 300)) } : {}),
    variables: transformVariables(server.variables),
  }));
}

function transformVariables(raw: unknown): Record<string, BaseUrlVariable> {
  const variables: Record<string, BaseUrlVariable> = {};
  for (const [name, value] of Object.entries(asObject(raw))) {
    const variable = asObject(value);
    const choices = asArray(variable.enum).map(String);
    setOwn(variables, name, {
      default: variable.default === undefined ? (choices[0] ?? "") : String(variable.default),
      ...(choices.length > 0 ? { enum: choices } : {}),
      ...(asText(variable.description) ? { description: oneLine((variable.description as string).slice(0, 300)) } : {}),
    });
  }
  return variables;
}

/** Swagger 2.0 `schemes`, `host` and `basePath`; https first. */
export function transformHost(root: JsonObject, operationSchemes?: unknown): BaseUrl[] {
  const given = [operationSchemes, root.schemes].map(asArray).find((list) => list.length > 0) ?? [];
  const basePath = asText(root.basePath) ?? "";
  if (!asText(root.host)) return [{ url: basePath || "/", variables: {} }];
  const http = ["https", "http"].filter((scheme) => given.includes(scheme));
  const schemes = http.length > 0 ? http : [given.length > 0 ? "https" : ""];
  const host = `${root.host}${basePath.startsWith("/") || basePath === "" ? basePath : `/${basePath}`}`;
  return schemes.map((scheme) => ({ url: scheme === "" ? `//${host}` : `${scheme}://${host}`, variables: {} }));
}

/** Base URLs of the whole document. */
export function documentBaseUrls(context: Context): BaseUrl[] {
  const { root } = context.document;
  if (context.isSwagger2) return transformHost(root);
  return transformServers(root.servers) ?? [{ url: "/", variables: {} }];
}
