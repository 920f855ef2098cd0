import { createContext } from "./context.ts";
import { pointAtReferences } from "./dangling.ts";
import { createJsonList } from "./json-list.ts";
import { type FoundOperation, findOperations } from "./operations.ts";
import { type CompiledJson, openCompiled, type PackedDefinition } from "./pack.ts";
import { suggest } from "./suggest.ts";
import { type Authoring, readAuthoring } from "./transform/authoring.ts";
import { documentBaseUrls } from "./transform/base-url.ts";
import { toolNames } from "./transform/name.ts";
import { tagsOf, transformOperation } from "./transform/operation.ts";
import { transformSecuritySchemes } from "./transform/security.ts";
import { clip, oneLine } from "./transform/text.ts";
import type { Compiled, CompileOptions, Diagnostic, Document, Operation } from "./types.ts";

const SUMMARY_CHARS_MAX = 200;

/**
 * A document's operations and tools. Never throws for bad input: an operation that cannot be used is skipped
 * with a reason, the others live. Names do not depend on `select`.
 */
export function compile(document: Document, options: CompileOptions = {}): Compiled {
  return openCompiled(compileToJson(document, options).chunks);
}

/**
 * The same as the JSON that is stored (`openCompiled` opens it). Each tool is written as soon as it is made, and
 * what tools share once, so that memory grows with the bytes and not with the objects they stand for.
 */
export function compileToJson(document: Document, options: CompileOptions = {}): CompiledJson {
  const parts = createJsonList();
  const context = createContext(document, parts.push);
  const found = findOperations(context);
  const authoring = found.map(({ pathItem, raw }) => readAuthoring(document.root, pathItem, raw));
  const names = toolNames(
    found.map(({ key, method, path, operationId }, index) => ({
      key,
      method,
      path,
      operationId,
      wanted: authoring[index]?.name,
    })),
    options.nameMaxChars,
  );
  const securitySchemes = transformSecuritySchemes(context);
  const baseUrls = documentBaseUrls(context);
  const documentUrl = options.documentUrl ?? document.url;
  const shared = {
    baseUrls: context.parts.of(JSON.stringify(baseUrls)),
    securitySchemes: new Map(securitySchemes.map((scheme) => [scheme.name, scheme])),
    ...(documentUrl === undefined ? {} : { documentUrl }),
  };
  const operations: Operation[] = [];
  const tools = createJsonList();
  let toolCount = 0;
  for (const [index, item] of found.entries()) {
    const name = names.get(item.key) as string;
    const authored = authoring[index] as Authoring;
    const operation = operationOf(item);
    operations.push(operation);
    if (options.select && !options.select.has(item.key)) {
      operation.toolName = name;
      continue;
    }
    const reported = context.diagnostics.length;
    const transformed = attempt(() => transformOperation(context, item, name, shared, authored));
    operation.status = transformed.status;
    if (transformed.status !== "skipped") {
      operation.toolName = name;
      operation.tokens = transformed.tokens;
      toolCount++;
      tools.push(`{"of":${index},${JSON.stringify(transformed.tool).slice(1)}`);
    }
    const said = new Set<string>();
    for (let index = reported; index < context.diagnostics.length; index++) {
      const diagnostic = context.diagnostics[index] as Diagnostic;
      diagnostic.operation = item.key;
      diagnostic.pointer ||= item.pointer;
      said.add(diagnostic.message);
    }
    for (const message of transformed.reasons) {
      if (said.has(message)) continue;
      context.report({
        code: transformed.status === "skipped" ? "operation_skipped" : "operation_degraded",
        pointer: item.pointer,
        operation: item.key,
        message,
      });
    }
    operation.reasons = [...new Set([...transformed.reasons, ...said])];
    if (said.size > 0 && operation.status === "ok") operation.status = "degraded";
  }
  if (found.length === 0) {
    context.report({
      code: "no_operations",
      pointer: "/paths",
      message: "The document describes no operations, so there is nothing to make tools of.",
    });
  }
  pointAtReferences(context);
  suggest(operations);
  const listed = createJsonList();
  for (const operation of operations) listed.push(JSON.stringify(operation));
  const facts: Omit<Compiled, "tools" | "operations"> = {
    title: document.title,
    version: document.version,
    ...(document.description === undefined ? {} : { description: document.description }),
    ...(document.logo === undefined ? {} : { logo: document.logo }),
    ...(document.convertedFrom === undefined ? {} : { convertedFrom: document.convertedFrom }),
    ...(options.allowOrigins === undefined ? {} : { allowOrigins: options.allowOrigins }),
    securitySchemes,
    baseUrls,
    diagnostics: context.diagnostics,
  };
  const definitions = JSON.stringify(
    context.schemas.definitions.map(({ name, part, nodes, next }): PackedDefinition => [name, part, nodes, next]),
  );
  return {
    chunks: [
      Buffer.from(`${JSON.stringify(facts).slice(0, -1)},"definitions":${definitions},"operations":`),
      ...listed.end(),
      Buffer.from(',"parts":'),
      ...parts.end(),
      Buffer.from(',"tools":'),
      ...tools.end(),
      Buffer.from("}"),
    ],
    operationCount: operations.length,
    toolCount,
    diagnostics: context.diagnostics,
  };
}

function operationOf(found: FoundOperation): Operation {
  const { raw } = found;
  const summary =
    typeof raw.summary === "string"
      ? clip(oneLine(raw.summary.slice(0, SUMMARY_CHARS_MAX * 4)), SUMMARY_CHARS_MAX)
      : "";
  return {
    key: found.key,
    method: found.method,
    path: found.path,
    ...(found.operationId === undefined ? {} : { operationId: found.operationId.slice(0, SUMMARY_CHARS_MAX) }),
    ...(summary === "" ? {} : { summary }),
    tags: tagsOf(raw.tags),
    deprecated: raw.deprecated === true,
    status: "ok",
    reasons: [],
    suggested: false,
  };
}

/** A document can be wrong in ways nobody thought of; that costs one operation, not the import. */
function attempt<T extends { status: string; reasons: string[] }>(
  transform: () => T,
): T | { status: "skipped"; reasons: string[] } {
  try {
    return transform();
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 160) : "unknown error";
    return { status: "skipped", reasons: [`It is described in a way that cannot be understood (${detail}).`] };
  }
}
