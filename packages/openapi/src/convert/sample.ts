import type { JsonObject } from "../types.ts";

/** Requests read from one source; the rest is left out and said so. */
export const REQUESTS_MAX = 20_000;

/** One part of a path: text as it stands, or something that differs from call to call. */
export type Segment = { literal: string } | { parameter: string; example?: string; description?: string };

/** A query pair, header or cookie of one request. */
export interface Pair {
  name: string;
  /** Absent when nothing is known about it. */
  value?: string;
  description?: string;
  /** Its author switched it off, so the request works without it. */
  isOptional?: boolean;
}

export type Body =
  | { kind: "text"; mediaType: string; text: string }
  | { kind: "fields"; mediaType: string; fields: Field[] }
  /** The bytes are elsewhere, such as in a file that only the author has. */
  | { kind: "unknown"; mediaType: string };

export interface Field extends Pair {
  isFile?: boolean;
}

export interface ResponseSample {
  status: number;
  mediaType: string;
  text?: string;
}

/** What a request proves who sends it with. Never holds a secret. */
export type Scheme =
  | { type: "http"; scheme: string }
  | { type: "apiKey"; in: "header" | "query" | "cookie"; name: string }
  | { type: "oauth2"; flows: JsonObject };

export interface BaseUrlSample {
  url: string;
  variables?: Record<string, string>;
}

/** One request, as every source gives it, before credentials are taken out. */
export interface Sample {
  /** Where it stands in the source, for diagnostics. */
  pointer: string;
  method: string;
  /** Undefined when the source does not say. */
  baseUrl: BaseUrlSample | undefined;
  segments: Segment[];
  query: Pair[];
  headers: Pair[];
  cookies: Pair[];
  body?: Body;
  responses: ResponseSample[];
  schemes: Scheme[];
  name?: string;
  description?: string;
  tag?: string;
}
