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
  const fragment = path.indexOf("#");
  const beforeFragment = fragment < 0 ? path : path.slice(0, fragment);
  const question = beforeFragment.indexOf("?");
  const literalPath = question < 0 ? beforeFragment : beforeFragment.slice(0, question);
  const query = question < 0 ? "" : beforeFragment.slice(question + 1);
  const names: string[] = [];
  const parts = splitTemplate(literalPath.startsWith("/") ? literalPath : `/${literalPath}`, names);
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(literalPath)) return undefined;

  const fixedQuery: [string, string][] = [];
  const queryParameters: [string, string][] = [];
  for (const pair of query === "" ? [] : query.split("&").filter((text) => text !== "")) {
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
  for (let open = text.indexOf("{"); open >= 0; open = text.indexOf("{", open + 1)) {
    const close = text.indexOf("}", open);
    if (close < 0) break;
    // The innermost pair of braces holds the name.
    const start = text.lastIndexOf("{", close);
    if (start > rest) parts.push({ literal: text.slice(rest, start) });
    const name = text.slice(start + 1, close);
    parts.push({ parameter: name });
    if (!names.includes(name)) names.push(name);
    rest = close + 1;
    open = close;
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
