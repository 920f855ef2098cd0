type Schema = Record<string, unknown>;

/** A small value that a schema allows: required members only. Enough to call a tool with. */
export function exampleValue(schema: Schema, root: Schema = schema, depth = 0): unknown {
  if (typeof schema.$ref === "string")
    return depth > 6 ? {} : exampleValue(resolve(root, schema.$ref), root, depth + 1);
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum.find((value) => value !== null);
  if ("default" in schema && schema.default !== null) return schema.default;
  const variants = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (variants?.[0]) return exampleValue(variants[0], root, depth + 1);
  const type = Array.isArray(schema.type) ? schema.type.find((name) => name !== "null") : schema.type;
  switch (type) {
    case "integer":
    case "number":
      return Math.max(Number(schema.minimum ?? 1), 1);
    case "boolean":
      return true;
    case "array":
      return [exampleValue((schema.items as Schema) ?? {}, root, depth + 1)];
    case "object": {
      const properties = (schema.properties ?? {}) as Record<string, Schema>;
      return Object.fromEntries(
        ((schema.required as string[]) ?? []).map((name) => [
          name,
          exampleValue(properties[name] ?? {}, root, depth + 1),
        ]),
      );
    }
    default:
      if (schema.format === "date") return "2026-01-02";
      if (schema.format === "date-time") return "2026-01-02T03:04:05Z";
      return "x".repeat(Math.max(Number(schema.minLength ?? 1), 1));
  }
}

function resolve(root: Schema, ref: string): Schema {
  return ref
    .slice(2)
    .split("/")
    .reduce<unknown>(
      (node, key) => (node as Schema)?.[decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~")],
      root,
    ) as Schema;
}
