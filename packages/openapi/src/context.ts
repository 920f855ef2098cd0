import { createInterner } from "./intern.ts";
import { atPointer, isObject } from "./json.ts";
import { createParts, type Parts } from "./parts.ts";
import { createSchemaStore, type SchemaStore } from "./transform/schema-store.ts";
import type { Diagnostic, Document, JsonObject } from "./types.ts";

/** What every transform may ask: where references lead, and where to report what it could not keep. */
export interface Context {
  document: Document;
  isSwagger2: boolean;
  /** Swagger 2.0 and OpenAPI 3.0: `nullable`, boolean `exclusiveMinimum`, siblings of `$ref` ignored. */
  isLegacy: boolean;
  /** The value that a reference string names, one hop; undefined when there is none. */
  lookup(ref: string): unknown;
  /** Follows a chain of `$ref`s; undefined for a dangling or circular one. */
  resolve(node: unknown): unknown;
  schemas: SchemaStore;
  /** What tools share, as it goes into the output. */
  parts: Parts;
  /**
   * One instance for equal parts: generated documents repeat a parameter word for word in every operation. The
   * result may be another object than the given one, and is never changed by anybody.
   */
  intern(part: JsonObject): JsonObject;
  /** The result of `make` for this part of the document, made once however many operations share the part. */
  once<T extends object>(kind: string, part: object, make: () => T): T;
  /** As `once`, for what depends on a text alone. */
  memo<T extends object>(kind: string, text: string, make: () => T): T;
  /** `reference` is one that leads to nothing, where that is what is reported. */
  report(diagnostic: Omit<Diagnostic, "severity"> & { severity?: Diagnostic["severity"] }, reference?: string): void;
  diagnostics: Diagnostic[];
  /** The references of those that are about one. */
  dangling: Map<Diagnostic, string>;
}

const REFERENCE_HOPS_MAX = 50;
/** Diagnostics kept: a person reads the first ones, and a broken document could produce millions. */
const DIAGNOSTICS_MAX = 2_000;

/** `writePart` gets the parts of the output in their order. */
export function createContext(document: Document, writePart: (text: string) => void): Context {
  const isSwagger2 = document.format === "swagger-2.0";
  let anchors: Map<string, unknown> | undefined;
  const found = new Map<string, unknown>();
  const lookup = (ref: string): unknown => {
    let target = found.get(ref);
    if (target === undefined && !found.has(ref)) {
      target = find(ref);
      found.set(ref, target);
    }
    return target;
  };
  const find = (ref: string): unknown => {
    const hash = ref.indexOf("#");
    const file = hash < 0 ? ref : ref.slice(0, hash);
    const fragment = hash < 0 ? "" : ref.slice(hash + 1);
    if (file !== "" && !Object.hasOwn(document.files, file)) {
      anchors ??= indexAnchors(document.root);
      return anchors.get(ref);
    }
    const root = file === "" ? document.root : document.files[file];
    if (fragment === "" || fragment.startsWith("/")) return atPointer(root, fragment);
    anchors ??= indexAnchors(document.root);
    return anchors.get(`#${fragment}`);
  };
  const made = new Map<string, Map<object | string, unknown>>();
  const remember = <T extends object>(kind: string, part: object | string, make: () => T): T => {
    let known = made.get(kind);
    if (known === undefined) {
      known = new Map();
      made.set(kind, known);
    }
    // Each kind is used with one type only, and never with undefined.
    let result = known.get(part) as T | undefined;
    if (result === undefined) {
      result = make();
      known.set(part, result);
    }
    return result;
  };
  const context: Context = {
    document,
    isSwagger2,
    isLegacy: isSwagger2 || document.format === "openapi-3.0",
    lookup,
    resolve(node) {
      let current = node;
      // A chain that is longer leads nowhere, or in a circle.
      for (let hops = 0; isObject(current) && typeof current.$ref === "string"; hops++) {
        if (hops >= REFERENCE_HOPS_MAX) return undefined;
        current = lookup(current.$ref);
      }
      return current;
    },
    intern: createInterner(),
    once: remember,
    memo: remember,
    schemas: undefined as unknown as SchemaStore,
    parts: createParts(writePart),
    diagnostics: [...document.diagnostics],
    dangling: new Map(),
    report(diagnostic, reference) {
      if (context.diagnostics.length >= DIAGNOSTICS_MAX) return;
      // They quote the document, and are stored where a NUL cannot be.
      const pointer = diagnostic.pointer.replaceAll("\u0000", "\ufffd");
      const message = diagnostic.message.replaceAll("\u0000", "\ufffd");
      const reported: Diagnostic = { severity: "warning", ...diagnostic, pointer, message };
      context.diagnostics.push(reported);
      if (reference !== undefined) context.dangling.set(reported, reference);
    },
  };
  context.schemas = createSchemaStore(context);
  return context;
}

/** `$anchor`, `$dynamicAnchor` and `$id` (JSON Schema 2020-12 §8.2), by the reference that names them. */
function indexAnchors(root: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const stack: unknown[] = [root];
  const seen = new Set<object>();
  while (stack.length > 0) {
    const node = stack.pop();
    if (node === null || typeof node !== "object" || seen.has(node)) continue;
    seen.add(node);
    if (isObject(node)) {
      for (const key of ["$anchor", "$dynamicAnchor"]) {
        const name = node[key];
        if (typeof name === "string" && !found.has(`#${name}`)) found.set(`#${name}`, node);
      }
      if (typeof node.$id === "string" && !found.has(node.$id)) found.set(node.$id, node);
    }
    for (const value of Object.values(node)) stack.push(value);
  }
  return found;
}
