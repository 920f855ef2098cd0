import { parsePairs, type Secrets } from "./credentials.ts";
import type { Pair, Segment } from "./sample.ts";

/** Path parts that stand for a value in what people paste: `{id}`, `:id`, `<id>`, `$ID`, `${ID}`, `{{id}}`. */
const PLACEHOLDER = /^(?:\{\{?\s*([^{}]+?)\s*\}?\}|:([A-Za-z_]\w*)|<([^<>]+)>|\$\{?([A-Za-z_]\w*)\}?)$/;

/** Longer addresses are what a browser makes up, and no server reads them. */
const ADDRESS_CHARS_MAX = 16_384;

export interface Address {
  origin: string;
  segments: Segment[];
  query: Pair[];
  /** A user name and password stood before the host. */
  hasUser: boolean;
}

/** An absolute http(s) address in its parts; undefined for any other. A password in it goes to `secrets` only. */
export function parseAddress(text: string, secrets: Secrets): Address | undefined {
  if (text.length > ADDRESS_CHARS_MAX) return undefined;
  const [, scheme = "", authority = "", rest = ""] = /^(https?:\/\/)([^/?#]+)(.*)$/is.exec(text.trim()) ?? [];
  if (authority === "") return undefined;
  const at = authority.lastIndexOf("@");
  if (at >= 0) for (const part of authority.slice(0, at).split(":")) secrets.keep(part);
  let origin: string;
  try {
    origin = new URL(`${scheme}${authority.slice(at + 1)}`).origin;
  } catch {
    return undefined;
  }
  const [path = "", search = ""] = splitSearch(rest.replace(/#.*$/s, ""));
  return {
    origin,
    segments: path
      .split("/")
      .filter((part) => part !== "")
      .map(toSegment),
    query: parsePairs(search),
    hasUser: at >= 0,
  };
}

function splitSearch(text: string): [string, string] {
  const at = text.indexOf("?");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** The name in a path part that only stands for a value. */
export function placeholderName(part: string): string | undefined {
  const match = PLACEHOLDER.exec(decode(part));
  const name = match?.slice(1).find((group) => group !== undefined);
  return name === undefined
    ? undefined
    : name
        .trim()
        .replace(/[^\w.-]+/g, "_")
        .slice(0, 60) || "value";
}

function toSegment(part: string): Segment {
  const parameter = placeholderName(part);
  if (parameter !== undefined) return { parameter };
  return { literal: part.replace(/[{}\s]/g, (character) => encodeURIComponent(character)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
