import type { Diagnostic, JsonObject } from "../types.ts";

/** What a converter gives: an OpenAPI document, or why there is none. */
export type Converted =
  | { ok: true; root: JsonObject; diagnostics: Diagnostic[] }
  | { ok: false; message: string; diagnostics: Diagnostic[] };
