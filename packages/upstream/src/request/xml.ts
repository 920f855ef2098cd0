import type { BodyPlan, XmlPlan } from "@portico/openapi";
import { isObject } from "../json.ts";

const DEPTH_MAX = 100;

/** XML of a value by the XML Objects of its schema. Text that is already XML is sent as it is. */
export function xmlBody(plan: BodyPlan, value: unknown): string {
  if (typeof value === "string") return value;
  const root = resolve(plan.xml ?? {}, plan);
  const name = root.name ?? "root";
  if (Array.isArray(value)) {
    const items = resolve(root.items ?? {}, plan);
    const inner = value.map((item) => element(items.name ?? name, item, items, plan, 1)).join("");
    return `<?xml version="1.0" encoding="UTF-8"?>${wrap(name, inner, root)}`;
  }
  return `<?xml version="1.0" encoding="UTF-8"?>${element(name, value, root, plan, 0)}`;
}

function resolve(node: XmlPlan, plan: BodyPlan): XmlPlan {
  const target = node.ref === undefined ? undefined : plan.xmlDefs?.[node.ref];
  return target ? { ...target, ...node } : node;
}

function element(name: string, value: unknown, node: XmlPlan, plan: BodyPlan, depth: number): string {
  if (value === null || value === undefined || depth > DEPTH_MAX) return "";
  if (!isObject(value)) {
    const text = escapeText(Array.isArray(value) ? JSON.stringify(value) : String(value));
    return wrap(name, text, node);
  }
  let attributes = "";
  let inner = "";
  for (const [key, item] of Object.entries(value)) {
    if (item === null || item === undefined) continue;
    const child = resolve((node.properties && Object.hasOwn(node.properties, key) && node.properties[key]) || {}, plan);
    const childName = child.name ?? key;
    if (child.nodeType === "attribute" && typeof item !== "object")
      attributes += ` ${qualified(childName, child)}="${escapeAttribute(String(item))}"`;
    else if ((child.nodeType === "text" || child.nodeType === "cdata") && typeof item !== "object")
      inner += escapeText(String(item));
    else if (Array.isArray(item)) inner += list(childName, item, child, plan, depth);
    else inner += element(childName, item, child, plan, depth + 1);
  }
  return wrap(name, inner, node, attributes);
}

function list(name: string, items: unknown[], node: XmlPlan, plan: BodyPlan, depth: number): string {
  const itemPlan = resolve(node.items ?? {}, plan);
  const own = node.items && Object.hasOwn(node.items, "ref") ? explicitName(node.items, plan) : itemPlan.name;
  const inner = items.map((item) => element(own ?? name, item, itemPlan, plan, depth + 1)).join("");
  return node.wrapped === true ? wrap(name, inner, node) : inner;
}

function explicitName(node: XmlPlan, plan: BodyPlan): string | undefined {
  return node.name ?? (node.ref === undefined ? undefined : plan.xmlDefs?.[node.ref]?.name);
}

function wrap(name: string, inner: string, node: XmlPlan, attributes = ""): string {
  const tag = qualified(name, node);
  const namespace =
    node.namespace === undefined
      ? ""
      : ` xmlns${node.prefix ? `:${xmlName(node.prefix)}` : ""}="${escapeAttribute(node.namespace)}"`;
  return `<${tag}${namespace}${attributes}>${inner}</${tag}>`;
}

function qualified(name: string, node: XmlPlan): string {
  return node.prefix ? `${xmlName(node.prefix)}:${xmlName(name)}` : xmlName(name);
}

/** A name that cannot close its tag: XML 1.0 §2.3, other characters become `_`. */
function xmlName(name: string): string {
  const clean = name.replace(/[^\p{L}\p{N}_.:-]/gu, "_");
  return /^[\p{L}_]/u.test(clean) ? clean : `_${clean}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(FORBIDDEN, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}
