import { prefixedName } from "../assemble.ts";
import type { Compiled, Operation, Tool } from "../types.ts";
import { findRenames } from "./match.ts";

/** Operations that stay as an earlier reading of the document has them. */
export interface Held {
  /** With the tools of these operations. */
  compiled: Compiled;
  operations: readonly string[];
}

/**
 * A document with some operations, and their tools, as earlier readings of it have them: in the place of its own, or after all others where it
 * has them no more. What was not kept of them is said of them. They keep their names, and what else goes by such a name gets another. Security schemes that only they want come along.
 * Pure, and nothing that is given is changed.
 */
export function holdOperations(compiled: Compiled, held: readonly Held[]): Compiled {
  const operations = byKey(
    held,
    (one) => one.compiled.operations,
    ({ key }) => key,
  );
  if (operations.size === 0) return compiled;
  const tools = byKey(
    held,
    (one) => one.compiled.tools,
    ({ operation }) => operation,
  );
  const own = compiled.operations.filter(({ key }) => !operations.has(key));
  const names = otherNames([...operations.values()], own);
  const known = new Set(compiled.operations.map(({ key }) => key));
  const ownTools = new Map(compiled.tools.map((tool) => [tool.operation, tool]));
  const all = [
    ...compiled.operations.map((one) => operations.get(one.key) ?? renamed(one, names)),
    ...[...operations.values()].filter(({ key }) => !known.has(key)),
  ];
  return {
    ...compiled,
    operations: all,
    tools: all.flatMap(({ key }): Tool[] => {
      const tool = operations.has(key) ? tools.get(key) : ownTools.get(key);
      const name = names.get(key);
      return tool ? [name === undefined ? tool : { ...tool, name }] : [];
    }),
    diagnostics: [
      ...compiled.diagnostics.filter((one) => one.operation === undefined || !operations.has(one.operation)),
      ...held.flatMap((one) =>
        one.compiled.diagnostics.filter(
          ({ operation }) => operation !== undefined && one.operations.includes(operation),
        ),
      ),
    ],
    securitySchemes: [...compiled.securitySchemes, ...missingSchemes(compiled, held, [...tools.values()])],
  };
}

/** What became of operations that are held: each with the key that the document has it under now, where that is another one. */
export function successorsOf(compiled: Compiled, held: readonly Held[]): Map<string, string> {
  return new Map(
    held.flatMap((one) => {
      const wanted = new Set(one.operations);
      return findRenames(one.compiled.operations, compiled.operations)
        .filter(({ from }) => wanted.has(from))
        .map(({ from, to }): [string, string] => [from, to]);
    }),
  );
}

function byKey<Item>(
  held: readonly Held[],
  itemsOf: (one: Held) => readonly Item[],
  keyOf: (item: Item) => string,
): Map<string, Item> {
  return new Map(
    held.flatMap((one) => {
      const wanted = new Set(one.operations);
      return itemsOf(one)
        .filter((item) => wanted.has(keyOf(item)))
        .map((item): [string, Item] => [keyOf(item), item]);
    }),
  );
}

/** Names of operations of the document whose own is that of one that is held. By the operations, so that it is the same whichever tools are open. */
function otherNames(held: readonly Operation[], own: readonly Operation[]): Map<string, string> {
  const kept = new Set(held.flatMap(({ toolName }) => (toolName ? [toolName.toLowerCase()] : [])));
  const taken = new Set([...kept, ...own.flatMap(({ toolName }) => (toolName ? [toolName.toLowerCase()] : []))]);
  const names = new Map<string, string>();
  for (const { key, toolName } of own) {
    if (!toolName || !kept.has(toolName.toLowerCase())) continue;
    const name = prefixedName("", toolName, (one) => taken.has(one));
    taken.add(name.toLowerCase());
    names.set(key, name);
  }
  return names;
}

function renamed(operation: Operation, names: ReadonlyMap<string, string>): Operation {
  const toolName = names.get(operation.key);
  return toolName === undefined ? operation : { ...operation, toolName };
}

function missingSchemes({ securitySchemes }: Compiled, held: readonly Held[], tools: readonly Tool[]) {
  const known = new Set(securitySchemes.map(({ name }) => name));
  const wanted = new Set(
    tools.flatMap(({ plan }) => plan.security.flatMap((all) => all.map(({ scheme }) => scheme.name))),
  );
  const missing = held
    .flatMap(({ compiled }) => compiled.securitySchemes)
    .filter(({ name }) => wanted.has(name) && !known.has(name));
  return [...new Map(missing.map((scheme) => [scheme.name, scheme])).values()];
}
