import type { BodyPlan } from "@portico/openapi";
import { isObject, type JsonObject, setOwn } from "../json.ts";
import { bytesOf } from "./bytes.ts";
import { scalarText } from "./encode.ts";
import { formBody } from "./form.ts";
import { multipartBody } from "./multipart.ts";
import { xmlBody } from "./xml.ts";

export interface BuiltBody {
  contentType: string;
  body: string | Uint8Array;
}

/** The request body of these arguments; undefined when none of them belongs to it and it is optional. */
export function buildBody(plan: BodyPlan, args: Record<string, unknown>): BuiltBody | undefined {
  const value = bodyValue(plan, args);
  if (value === undefined) return undefined;
  const type = (plan.contentType.split(";")[0] ?? "").trim().toLowerCase();
  if (type.startsWith("multipart/")) return multipartBody(plan, value);
  if (type === "application/x-www-form-urlencoded")
    return { contentType: plan.contentType, body: formBody(plan, value) };
  if (plan.binary) return binaryBody(plan, value);
  if (/ndjson|jsonl|json-seq/.test(type)) return { contentType: plan.contentType, body: lines(type, value) };
  if (/json/.test(type)) return { contentType: plan.contentType, body: JSON.stringify(value) };
  if (/[+/]xml$/.test(type)) return { contentType: plan.contentType, body: xmlBody(plan, value) };
  if (type === "*/*" || type === "*" || type === "application/*") {
    return { contentType: "application/json", body: JSON.stringify(value) };
  }
  return { contentType: concrete(type, plan.contentType), body: scalarText(value) };
}

function bodyValue(plan: BodyPlan, args: Record<string, unknown>): unknown {
  const { mapping } = plan;
  if (mapping.kind === "whole") return Object.hasOwn(args, mapping.argument) ? args[mapping.argument] : undefined;
  const body: { [key: string]: unknown } = {};
  let isEmpty = true;
  for (const { argument, name, within } of mapping.properties) {
    if (!Object.hasOwn(args, argument) || args[argument] === undefined) continue;
    setOwn(within === undefined ? body : objectIn(body, within), name, args[argument]);
    isEmpty = false;
  }
  const { objects = [] } = plan;
  if (objects.length > 0 && (plan.required || !isEmpty)) {
    for (const name of objects) objectIn(body, name);
    isEmpty = false;
  }
  // `{}` says that nothing was given; no other media type has a way to.
  return isEmpty && !(plan.required && /json|\*/i.test(plan.contentType)) ? undefined : body;
}

/** The object in a body that flattened arguments are put together in again. */
function objectIn(body: JsonObject, name: string): JsonObject {
  const known = Object.hasOwn(body, name) ? body[name] : undefined;
  if (isObject(known)) return known;
  const made: JsonObject = {};
  setOwn(body, name, made);
  return made;
}

function binaryBody(plan: BodyPlan, value: unknown): BuiltBody {
  const bytes = bytesOf(value);
  const declared = plan.contentType;
  if (!declared.includes("*")) return { contentType: declared, body: bytes.data };
  const family = declared.split("*")[0] ?? "";
  const given =
    bytes.mediaType !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(bytes.mediaType) ? bytes.mediaType : undefined;
  if (given?.startsWith(family)) return { contentType: given, body: bytes.data };
  return { contentType: concrete(declared, declared), body: bytes.data };
}

const CONCRETE: Record<string, string> = {
  "text/*": "text/plain",
  "image/*": "image/png",
  "audio/*": "audio/mpeg",
  "video/*": "video/mp4",
};

function concrete(type: string, declared: string): string {
  return declared.includes("*") ? (CONCRETE[type] ?? "application/octet-stream") : declared;
}

function lines(type: string, value: unknown): string {
  if (typeof value === "string") return value;
  // An empty stream is still a body.
  if (Array.isArray(value) && value.length === 0) return "\n";
  const prefix = type.includes("json-seq") ? "\u001e" : "";
  const items = Array.isArray(value) ? value : [value];
  return items.map((item) => `${prefix}${JSON.stringify(item)}\n`).join("");
}
