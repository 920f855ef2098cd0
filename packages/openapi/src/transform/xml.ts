import type { Context } from "../context.ts";
import { asArray, asObject, asText, isObject, setOwn } from "../json.ts";
import type { BodyPlan, JsonObject, XmlPlan } from "../types.ts";

const NODES_MAX = 2_000;
const DEPTH_MAX = 40;

/**
 * XML Object of a schema and of everything below it: the names, attributes and wrappers that turn JSON into
 * the XML that the document describes. Recursive schemas become `ref`s.
 */
export function xmlPlan(context: Context, schema: unknown): Pick<BodyPlan, "xml" | "xmlDefs"> {
  const defs: Record<string, XmlPlan> = {};
  const names = new Map<string, string>();
  let nodes = 0;

  const walk = (node: unknown, depth: number): XmlPlan => {
    if (!isObject(node) || depth > DEPTH_MAX || ++nodes > NODES_MAX) return {};
    if (typeof node.$ref === "string") {
      let name = names.get(node.$ref);
      if (name === undefined) {
        name = String(names.size);
        names.set(node.$ref, name);
        setOwn(defs, name, {});
        setOwn(defs, name, walk(context.resolve(node), depth + 1));
      }
      const target = defs[name] ?? {};
      return { ...(target.name === undefined ? {} : { name: target.name }), ref: name };
    }
    const merged = mergeAllOf(context, node, 0);
    const plan = xmlObject(asObject(merged.xml), merged);
    const properties = asObject(merged.properties);
    if (Object.keys(properties).length > 0) {
      plan.properties = {};
      for (const [name, property] of Object.entries(properties))
        setOwn(plan.properties, name, walk(property, depth + 1));
    }
    if (isObject(merged.items)) plan.items = walk(merged.items, depth + 1);
    return plan;
  };

  const xml = walk(schema, 0);
  // The root element takes the name of the schema when it has none of its own.
  const ref = asObject(schema).$ref;
  if (typeof ref === "string" && xml.name === undefined) xml.name = componentName(ref);
  return { xml, ...(Object.keys(defs).length > 0 ? { xmlDefs: defs } : {}) };
}

function xmlObject(xml: JsonObject, schema: JsonObject): XmlPlan {
  const nodeType = ["element", "attribute", "text", "cdata", "none"].find((type) => type === xml.nodeType);
  const isArray = schema.type === "array" || isObject(schema.items);
  return {
    ...(asText(xml.name) ? { name: xml.name as string } : {}),
    ...(asText(xml.namespace) ? { namespace: xml.namespace as string } : {}),
    ...(asText(xml.prefix) ? { prefix: xml.prefix as string } : {}),
    ...(nodeType
      ? { nodeType: nodeType as XmlPlan["nodeType"] }
      : xml.attribute === true
        ? { nodeType: "attribute" }
        : {}),
    ...(xml.wrapped === true || (isArray && xml.nodeType === "element") ? { wrapped: true } : {}),
  };
}

function mergeAllOf(context: Context, schema: JsonObject, depth: number): JsonObject {
  if (depth > 8) return schema;
  const branches = [schema.allOf, schema.oneOf, schema.anyOf].flatMap(asArray);
  let out: JsonObject = schema;
  for (const branch of branches) {
    const resolved = context.resolve(branch);
    if (!isObject(resolved)) continue;
    const merged = mergeAllOf(context, resolved, depth + 1);
    out = { ...merged, ...out, properties: { ...asObject(merged.properties), ...asObject(out.properties) } };
  }
  return out;
}

function componentName(ref: string): string {
  const last = ref.split("/").pop() ?? "root";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
