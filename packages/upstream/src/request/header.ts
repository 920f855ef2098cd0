import type { ParameterPlan } from "@portico/openapi";
import { isEmpty, isObject } from "../json.ts";
import { encode, scalarText } from "./encode.ts";
import { refuse } from "./problem.ts";

/** A header parameter (`simple` style); undefined when there is nothing to send. */
export function headerValue(parameter: ParameterPlan, value: unknown): string | undefined {
  if (isEmpty(value)) return undefined;
  const text =
    parameter.contentType === undefined ? styled(parameter, value) : contentText(parameter.contentType, value);
  // RFC 9110 §5.5: visible ASCII, space and tab. Line breaks would start another header.
  if (!/^[\t\x20-\x7e]*$/.test(text))
    refuse(parameter.argument, "text of visible ASCII characters in one line, because it is a header", value);
  return text;
}

function contentText(contentType: string, value: unknown): string {
  if (!/json/i.test(contentType)) return scalarText(value);
  // JSON may be written in ASCII alone.
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const DELIMITERS: Record<string, string> = { spaceDelimited: " ", pipeDelimited: "|", tabDelimited: "\t" };

function styled(parameter: ParameterPlan, value: unknown): string {
  const delimiter = DELIMITERS[parameter.style] ?? ",";
  if (Array.isArray(value))
    return value
      .filter((item) => !isEmpty(item))
      .map(scalarText)
      .join(delimiter);
  if (!isObject(value)) return scalarText(value);
  const entries = Object.entries(value).filter(([, item]) => !isEmpty(item));
  return entries.map(([key, item]) => [key, scalarText(item)].join(parameter.explode ? "=" : ",")).join(",");
}

/** A cookie parameter as `name=value` pairs. */
export function cookiePairs(parameter: ParameterPlan, value: unknown): string[] {
  if (isEmpty(value)) return [];
  const { name, explode } = parameter;
  const write =
    parameter.style === "cookie"
      ? (item: unknown) => rawCookieValue(parameter, item)
      : (item: unknown) => encode(scalarText(item));
  if (parameter.contentType !== undefined)
    return [`${name}=${encode(/json/i.test(parameter.contentType) ? JSON.stringify(value) : scalarText(value))}`];
  if (Array.isArray(value)) {
    const items = value.filter((item) => !isEmpty(item)).map(write);
    if (items.length === 0) return [];
    return explode ? items.map((item) => `${name}=${item}`) : [`${name}=${items.join(",")}`];
  }
  if (isObject(value)) {
    const entries = Object.entries(value).filter(([, item]) => !isEmpty(item));
    if (explode) return entries.map(([key, item]) => `${encode(key)}=${write(item)}`);
    return entries.length === 0
      ? []
      : [`${name}=${entries.flatMap(([key, item]) => [encode(key), write(item)]).join(",")}`];
  }
  return [`${name}=${write(value)}`];
}

/** OpenAPI 3.2 `style: cookie` sends the value as it is, so it must be one (RFC 6265 §4.1.1). */
function rawCookieValue(parameter: ParameterPlan, item: unknown): string {
  const text = scalarText(item);
  if (!/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(text))
    refuse(parameter.argument, "cookie text without spaces, quotes, commas, semicolons or backslashes", item);
  return text;
}
