import { isHar, isPostman } from "../convert/recognize.ts";
import { isObject } from "../json.ts";
import type { Document, JsonObject } from "../types.ts";

type Recognized =
  | { ok: true; format: Document["format"] | "postman" | "har"; root: JsonObject }
  | {
      ok: false;
      message: string;
      /** What of the document says so. */
      pointer?: string;
    };

/** What can be imported, for whoever brought something else. */
export const ACCEPTED =
  "Accepted are OpenAPI 3 and Swagger 2.0 (JSON, YAML or a ZIP of several files), Postman collections, HAR files and curl commands.";

/** Tells which API description format this is, or in one sentence what it is instead. */
export function recognize(root: unknown): Recognized {
  if (!isObject(root)) return refuse(`This is not an API description. ${ACCEPTED}`);
  const format = formatOf(root);
  if (format === undefined && isPostman(root)) return { ok: true, format: "postman", root };
  if (format === undefined && isHar(root)) return { ok: true, format: "har", root };
  if (format === undefined) return otherFormat(root);
  if (Array.isArray(root.paths))
    return refuse("The paths field is a list; it should be an object whose keys are paths like /pets.", "/paths");
  return { ok: true, format, root };
}

function formatOf(root: JsonObject): Document["format"] | undefined {
  if (/^2(\.|$)/.test(String(root.swagger ?? ""))) return "swagger-2.0";
  const version = String(root.openapi ?? "");
  if (/^3\.0/.test(version) || version === "3") return "openapi-3.0";
  if (/^3\.1/.test(version)) return "openapi-3.1";
  if (/^3\.2/.test(version)) return "openapi-3.2";
  return undefined;
}

function otherFormat(root: JsonObject): Recognized {
  if (root.asyncapi !== undefined)
    return refuse("This is an AsyncAPI document; only OpenAPI and Swagger 2.0 can be imported.", "/asyncapi");
  if (root.__export_format !== undefined || /^(?:collection|spec)\.insomnia/.test(String(root.type)))
    return refuse("This is an Insomnia export; in Insomnia, export it as HAR instead.");
  if (root.swaggerVersion !== undefined || root.swagger !== undefined)
    return refuse(
      "This is an old Swagger version; convert it to OpenAPI 3 first (Swagger 2.0 is also accepted).",
      root.swagger === undefined ? "/swaggerVersion" : "/swagger",
    );
  if (root.openapi !== undefined)
    return refuse(
      `OpenAPI version ${JSON.stringify(root.openapi).slice(0, 20)} is not known; versions 3.0, 3.1 and 3.2 are.`,
      "/openapi",
    );
  return refuse(`This is not an OpenAPI document: it has neither an openapi nor a swagger field. ${ACCEPTED}`);
}

function refuse(message: string, pointer?: string): Recognized {
  return { ok: false, message, ...(pointer === undefined ? {} : { pointer }) };
}
