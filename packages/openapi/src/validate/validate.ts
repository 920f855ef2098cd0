import SwaggerParser from "@apidevtools/swagger-parser";
import { asObject, isObject } from "../json.ts";
import type { Diagnostic, Document, JsonObject } from "../types.ts";
import { findingsOf, type SchemaError } from "./finding.ts";

/**
 * The library validates only what it has dereferenced, which costs 16 times the parsing, reads files and addresses by default, and can
 * grow without end. The JSON Schemas of OpenAPI know references, so validating needs the parsed document and no more.
 */
class SchemaValidator extends SwaggerParser {
  override async dereference(...args: unknown[]): Promise<never> {
    // Called by `validate` with a path, a document and options; nothing is looked up.
    return (await this.parse(...(args as Parameters<typeof this.parse>))) as never;
  }
}

/**
 * What the official JSON Schema of the document's own version finds wrong, in sentences. Never throws, never changes the document and
 * never reads a file or an address. Advice only: none of it keeps an operation from being served.
 */
export async function validate(document: { root: JsonObject; format: Document["format"] }): Promise<Diagnostic[]> {
  if (document.format === "openapi-3.2")
    return [
      note(
        "validation_skipped",
        "The document was not checked against the specification: the validator does not know OpenAPI 3.2 yet.",
      ),
    ];
  const options = {
    resolve: { external: false, file: false, http: false },
    dereference: { circular: "ignore" as const },
    validate: { schema: true, spec: false },
  };
  // The compiler has said that there is nothing to call; the library would only refuse to look.
  if (document.root.paths === undefined) return [];
  const { root, findings } = readable(document);
  try {
    await new SchemaValidator().validate(root as never, options as never);
    return findings;
  } catch (error) {
    const { details } = error as { details?: unknown };
    if (Array.isArray(details))
      return [...findings, ...findingsOf(details.filter(isObject) as unknown as SchemaError[], root)];
    const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
    return [
      {
        code: "specification",
        severity: "warning",
        pointer: "",
        message: `The document does not keep to the specification: ${message.slice(0, 300)}`,
      },
    ];
  }
}

const VERSIONS = { "swagger-2.0": "2.0", "openapi-3.0": "3.0.3", "openapi-3.1": "3.1.0", "openapi-3.2": "3.1.0" };

/** The document with its versions as text the library knows; it refuses to look at any other, and a patch changes no schema. */
function readable({ root, format }: { root: JsonObject; format: Document["format"] }): {
  root: JsonObject;
  findings: Diagnostic[];
} {
  const findings: Diagnostic[] = [];
  const field = format === "swagger-2.0" ? "swagger" : "openapi";
  const mistyped = (pointer: string, name: string) =>
    findings.push({ code: "specification", severity: "info", pointer, message: `${name} should be text, in quotes.` });
  if (typeof root[field] !== "string") mistyped(`/${field}`, field);
  const info = asObject(root.info);
  if (typeof info.version === "number") mistyped("/info/version", "info › version");
  const fixed = typeof info.version === "number" ? { info: { ...info, version: String(info.version) } } : {};
  return { root: { ...root, ...fixed, [field]: VERSIONS[format] }, findings };
}

/** Something about the validation itself. */
export function note(code: string, message: string): Diagnostic {
  return { code, severity: "info", pointer: "", message };
}
