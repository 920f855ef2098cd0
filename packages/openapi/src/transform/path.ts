import type { PathPart } from "../types.ts";

export interface PathTemplate {
  parts: PathPart[];
  /** Names between braces, in order, each once. */
  names: string[];
  /** Query pairs written into the template, `?action=list`. */
  fixedQuery: [name: string, value: string][];
  /** Query pairs of the template whose value is a path parameter, `?id={id}`. */
  queryParameters: [name: string, parameter: string][];
}

/** Paths Object key to template parts. A fragment, which is never sent, is left out. Undefined: no usable path. */
export function parsePath(path: string): PathTemplate | undefined {
  const [beforeFragment = ""] = path.split("#");
  const question = beforeFragment.indexOf("?");
  const literalPath = question < 0 ? beforeFragment : beforeFragment.slice(0, question);
  const query = question < 0 ? "" : beforeFragment.slice(question + 1);
  const names: string[] = [];
  const parts = splitTemplate(literalPath.startsWith("/") ? literalPath : `/${literalPath}`, names);
  const hasDotSegment = literalPath.split("/").some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
  if (hasDotSegment) return undefined;

  const fixedQuery: [string, string][] = [];
  const queryParameters: [string, string][] = [];
  for (const pair of query.split("&").filter((text) => text !== "")) {
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : pair.slice(equals + 1);
    const parameter = /^\{([^{}]*)\}$/.exec(value)?.[1];
    if (parameter === undefined) fixedQuery.push([name, decode(value)]);
    else queryParameters.push([name, parameter]);
  }
  return { parts, names, fixedQuery, queryParameters };
}

function splitTemplate(text: string, names: string[]): PathPart[] {
  const parts: PathPart[] = [];
  let rest = 0;
  for (const match of text.matchAll(/\{([^{}]*)\}/g)) {
    if (match.index > rest) parts.push({ literal: text.slice(rest, match.index) });
    const name = match[1] ?? "";
    parts.push({ parameter: name });
    if (!names.includes(name)) names.push(name);
    rest = match.index + match[0].length;
  }
  if (rest < text.length) parts.push({ literal: text.slice(rest) });
  return parts;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
