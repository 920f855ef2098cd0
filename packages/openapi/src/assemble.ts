import { NAME_CHARS_MAX } from "./transform/name.ts";
import type { BaseUrl, Compiled, Operation, SecurityRequirement, SecurityScheme, Tool } from "./types.ts";

/** One of the documents of a server. */
export interface DocumentPart {
  /** What its operations, security schemes and variables are told apart by; empty: they keep the names that the document gives them. */
  key: string;
  compiled: Compiled;
}

/** `GET /pets` of the document "zoo" is `GET zoo:/pets`: the method stays in front. */
export function assembledKey(document: string, operation: string): string {
  if (document === "") return operation;
  const at = operation.indexOf(" ") + 1;
  return `${operation.slice(0, at)}${document}:${operation.slice(at)}`;
}

/** Which of these documents an operation is of, and its key there. */
export function splitKey(operation: string, documents: readonly string[]): { document: string; operation: string } {
  const at = operation.indexOf(" ") + 1;
  const document = documents.find((key) => key !== "" && operation.startsWith(`${key}:`, at)) ?? "";
  return document === ""
    ? { document, operation }
    : { document, operation: operation.slice(0, at) + operation.slice(at + document.length + 1) };
}

/** A security scheme or a variable, told apart from those of the same name in other documents. */
export function assembledName(document: string, name: string): string {
  return document === "" ? name : `${document}:${name}`;
}

/** What the names of a document that keeps its own begin with, so that another document must not have it as its key. */
export function prefixesOf({ operations, securitySchemes, tools }: Compiled): string[] {
  const names = [
    ...operations.map(({ key }) => key.slice(key.indexOf(" ") + 1)),
    ...securitySchemes.map(({ name }) => name),
    ...tools.flatMap(({ plan }) => plan.baseUrls.flatMap(({ variables }) => Object.keys(variables))),
  ];
  return [...new Set(names.flatMap((name) => /^[a-z0-9-]+(?=:)/.exec(name)?.[0] ?? []))];
}

/** Whether a document that keeps its own names has one that would be taken for another document's. */
export function isMistakenFor(document: string, { operations, securitySchemes, tools }: Compiled): boolean {
  const prefix = `${document}:`;
  return (
    operations.some(({ key }) => key.startsWith(prefix, key.indexOf(" ") + 1)) ||
    securitySchemes.some(({ name }) => name.startsWith(prefix)) ||
    tools.some(({ plan }) =>
      plan.baseUrls.some(({ variables }) => Object.keys(variables).some((name) => name.startsWith(prefix))),
    )
  );
}

/**
 * Several documents as one: the operations of the first, then those of the next. Nothing of one is taken for something of another, and a tool
 * whose name is taken by a document before it gets that of its document in front. What the whole says of itself is what the first says.
 * A single document without a key is itself. Nothing that is given is changed.
 */
export function assembleDocuments(parts: readonly DocumentPart[]): Compiled {
  const [first] = parts;
  if (!first) throw new Error("There is no document to assemble.");
  if (parts.length === 1 && first.key === "") return first.compiled;
  const names = assembleNames(parts.map(({ key, compiled }) => ({ key, operations: compiled.operations })));
  const each = parts.map(({ key, compiled }, at) =>
    assembleOne(key, compiled, names[at] as ReadonlyMap<string, string>),
  );
  return {
    ...first.compiled,
    operations: each.flatMap(({ operations }) => operations),
    tools: each.flatMap(({ tools }) => tools),
    securitySchemes: each.flatMap(({ securitySchemes }) => securitySchemes),
    diagnostics: each.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** The names of the tools of several documents, for each by the operation's key there: unique whatever the case. */
export function assembleNames(
  documents: readonly { key: string; operations: readonly Pick<Operation, "key" | "toolName">[] }[],
): Map<string, string>[] {
  const taken = new Set<string>();
  return documents.map(({ key, operations }) => {
    const named = operations.flatMap(({ key: operation, toolName }) => (toolName ? [{ operation, toolName }] : []));
    // Within one document names are unique: those that are free stay, whatever becomes of the others.
    const own = new Set(named.map(({ toolName }) => toolName.toLowerCase()));
    const given = new Map(
      named.map(({ operation, toolName }) => {
        if (!taken.has(toolName.toLowerCase())) return [operation, toolName];
        const name = prefixedName(key, toolName, (one) => taken.has(one) || own.has(one));
        own.add(name.toLowerCase());
        return [operation, name];
      }),
    );
    for (const name of given.values()) taken.add(name.toLowerCase());
    return given;
  });
}

/** `zoo_list_pets`, then `zoo_list_pets_2`. What does not fit loses its end. */
export function prefixedName(document: string, name: string, isTaken: (name: string) => boolean): string {
  const prefix = document === "" ? "" : `${document.replaceAll("-", "_")}_`;
  for (let n = 1; ; n++) {
    const suffix = n === 1 ? "" : `_${n}`;
    const fits = `${prefix}${name}`.slice(0, NAME_CHARS_MAX - suffix.length) + suffix;
    if (!isTaken(fits.toLowerCase())) return fits;
  }
}

function assembleOne(
  key: string,
  { operations, tools, securitySchemes, diagnostics }: Compiled,
  names: ReadonlyMap<string, string>,
): Pick<Compiled, "operations" | "tools" | "securitySchemes" | "diagnostics"> {
  const nameOf = (operation: string) => {
    const name = names.get(operation);
    return name === undefined ? {} : { toolName: name };
  };
  if (key === "")
    return {
      operations: operations.map((operation) => ({ ...operation, ...nameOf(operation.key) })),
      tools: tools.map((tool) => ({ ...tool, name: names.get(tool.operation) ?? tool.name })),
      securitySchemes,
      diagnostics,
    };
  const { baseUrlsOf, securityOf, schemeOf } = createRenaming(key);
  return {
    operations: operations.map((operation) => ({
      ...operation,
      ...nameOf(operation.key),
      key: assembledKey(key, operation.key),
      document: key,
    })),
    tools: tools.map(
      (tool): Tool => ({
        ...tool,
        name: names.get(tool.operation) ?? tool.name,
        operation: assembledKey(key, tool.operation),
        document: key,
        plan: { ...tool.plan, baseUrls: baseUrlsOf(tool.plan.baseUrls), security: securityOf(tool.plan.security) },
      }),
    ),
    securitySchemes: securitySchemes.map(schemeOf),
    diagnostics: diagnostics.map((diagnostic) =>
      diagnostic.operation === undefined
        ? diagnostic
        : { ...diagnostic, operation: assembledKey(key, diagnostic.operation) },
    ),
  };
}

/** What tools share stays shared: each is renamed once. */
function createRenaming(key: string) {
  const once = <Value extends object>(rename: (value: Value) => Value) => {
    const known = new Map<Value, Value>();
    return (value: Value): Value => {
      const found = known.get(value) ?? rename(value);
      known.set(value, found);
      return found;
    };
  };
  const schemeOf = once((scheme: SecurityScheme) => ({ ...scheme, name: assembledName(key, scheme.name) }));
  const securityOf = once((security: SecurityRequirement[][]) =>
    security.map((all) => all.map((one) => ({ ...one, scheme: schemeOf(one.scheme) }))),
  );
  const baseUrlsOf = once((baseUrls: BaseUrl[]) => baseUrls.map((baseUrl) => withVariables(key, baseUrl)));
  return { schemeOf, securityOf, baseUrlsOf };
}

function withVariables(key: string, { url, variables, ...rest }: BaseUrl): BaseUrl {
  const names = Object.keys(variables);
  if (names.length === 0) return { url, variables, ...rest };
  return {
    ...rest,
    url: url.replace(/\{([^{}]*)\}/g, (place, name: string) =>
      Object.hasOwn(variables, name) ? `{${assembledName(key, name)}}` : place,
    ),
    variables: Object.fromEntries(
      names.map((name) => [assembledName(key, name), variables[name] as (typeof variables)[string]]),
    ),
  };
}
