import type { CallPlan, ParameterPlan } from "@portico/openapi";
import { isEmpty, isObject } from "../json.ts";
import { encode, encodeReserved, scalarText } from "./encode.ts";
import { refuse } from "./problem.ts";

/**
 * The path of the template with its values, encoded. A value can never leave its segment: `.` and `..`
 * (which URLs fold, encoded or not), empty values and control characters are refused.
 */
export function buildPath(plan: CallPlan, args: Record<string, unknown>): string {
  const parameterOf = (name: string) => plan.parameters.find((one) => one.in === "path" && one.name === name);
  let path = "";
  for (const part of plan.path) {
    if ("literal" in part) path += encodeLiteral(part.literal);
    else {
      const parameter = parameterOf(part.parameter);
      if (!parameter) refuse(part.parameter, "a path parameter that the document describes", undefined);
      path += writePathValue(parameter, args[parameter.argument]);
    }
  }
  if (!MAY_HOLD_DOTS.test(path)) return path;
  for (const segment of path.split("/")) {
    if (isDotSegment(segment)) {
      const argument =
        plan.parameters.find((one) => one.in === "path" && String(args[one.argument]).includes("."))?.argument ?? "";
      refuse(argument, 'a path value other than "." and ".."', args[argument]);
    }
  }
  return path;
}

const MAY_HOLD_DOTS = /\.|%2e/i;
const PLAIN_LITERAL = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/;

/** A literal is what the document's author wrote: percent-encoded already, or to be. */
function encodeLiteral(literal: string): string {
  if (PLAIN_LITERAL.test(literal)) return literal;
  return literal.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/gu, (piece) =>
    piece.length === 3 && piece.startsWith("%") ? piece : encode(piece),
  );
}

function isDotSegment(segment: string): boolean {
  return /^(\.|%2e){1,2}$/i.test(segment);
}

function writePathValue(parameter: ParameterPlan, value: unknown): string {
  const { argument } = parameter;
  if (value === "" && parameter.allowEmpty) return "";
  if (isEmpty(value) || value === "")
    refuse(argument, "a value that is not empty, because it is part of the path", value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (/[\u0000-\u001f\u007f]/.test(scalarText(value))) refuse(argument, "text without control characters", value);
  const text =
    parameter.contentType === undefined
      ? styled(parameter, value)
      : encode(/json/i.test(parameter.contentType) ? JSON.stringify(value) : scalarText(value));
  if (text === "") refuse(argument, "a value that is not empty, because it is part of the path", value);
  return text;
}

const DELIMITERS: Record<string, string> = { spaceDelimited: "%20", pipeDelimited: "%7C", tabDelimited: "%09" };

/** RFC 6570 simple, label and matrix expansion. */
function styled(parameter: ParameterPlan, value: unknown): string {
  const { style, explode } = parameter;
  if (style === "simple" && typeof value !== "object" && !parameter.allowReserved) return encode(scalarText(value));
  const name = encode(parameter.name);
  const write = (item: unknown) =>
    parameter.allowReserved ? encodeReserved(scalarText(item), true) : encode(scalarText(item));
  const prefix = style === "label" ? "." : style === "matrix" ? ";" : "";
  const separator = style === "label" ? "." : style === "matrix" ? ";" : ",";
  if (Array.isArray(value)) {
    const items = value.filter((item) => !isEmpty(item)).map(write);
    if (items.length === 0) return "";
    if (style === "matrix")
      return explode ? items.map((item) => `;${name}=${item}`).join("") : `;${name}=${items.join(",")}`;
    return prefix + items.join(explode ? separator : (DELIMITERS[style] ?? ","));
  }
  if (isObject(value)) {
    const entries = Object.entries(value).filter(([, item]) => !isEmpty(item));
    if (entries.length === 0) return "";
    if (explode) return prefix + entries.map(([key, item]) => `${encode(key)}=${write(item)}`).join(separator);
    const flat = entries.flatMap(([key, item]) => [encode(key), write(item)]).join(",");
    return style === "matrix" ? `;${name}=${flat}` : prefix + flat;
  }
  return style === "matrix" ? `;${name}=${write(value)}` : prefix + write(value);
}
