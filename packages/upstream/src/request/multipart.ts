import { createHash } from "node:crypto";
import type { BodyPlan, EncodingPlan } from "@portico/openapi";
import { isEmpty, isObject } from "../json.ts";
import { bytesOf } from "./bytes.ts";
import { scalarText } from "./encode.ts";

interface Part {
  /** Parts of a list have none. */
  name?: string;
  headers?: readonly [name: string, value: string][];
  filename?: string;
  contentType?: string;
  data: Uint8Array;
}

const DELIMITERS: Record<string, string> = { spaceDelimited: " ", pipeDelimited: "|", tabDelimited: "\t" };

/** `multipart/*` by RFC 7578: files as bytes, lists as repeated parts, objects as JSON parts. */
export function multipartBody(plan: BodyPlan, value: unknown): { contentType: string; body: Uint8Array } | undefined {
  const parts = partsOfBody(plan, value);
  if (parts.length === 0) return undefined;
  // Taken from the content, so that building stays pure, and long enough that no content holds it.
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part.name ?? "").update(part.data);
  const boundary = `portico-${digest.digest("hex").slice(0, 40)}`;
  const chunks = parts.flatMap((part) => [
    Buffer.from(head(part, boundary, plan.contentType)),
    part.data,
    Buffer.from("\r\n"),
  ]);
  const contentType = plan.contentType.includes("*")
    ? "multipart/form-data"
    : plan.contentType.replace(/;\s*boundary=[^;]*/i, "");
  return {
    contentType: `${contentType}; boundary=${boundary}`,
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

function partsOfBody(plan: BodyPlan, value: unknown): Part[] {
  const { items } = plan;
  if (items && Array.isArray(value))
    return value.map((item, index) =>
      partOf(undefined, item, items.prefix[index] ?? items.other, items.binary === true),
    );
  const fields = isObject(value) ? value : { part: value };
  return Object.entries(fields).flatMap(([name, field]) => partsOf(plan, name, field));
}

function partsOf(plan: BodyPlan, name: string, value: unknown): Part[] {
  if (isEmpty(value)) return [];
  const encoding = plan.encoding?.[name];
  const isBinary = plan.binaryProperties?.includes(name) === true;
  if (!Array.isArray(value)) return [partOf(name, value, encoding, isBinary)];
  const delimiter = DELIMITERS[encoding?.style ?? ""] ?? ",";
  const texts = value.map(scalarText);
  // Joined as declared, unless a value holds the delimiter and could not be told apart.
  const isJoined =
    !isBinary &&
    encoding?.style !== undefined &&
    encoding.explode === false &&
    !texts.some((text) => text.includes(delimiter));
  if (isJoined) return [partOf(name, texts.join(delimiter), encoding, false)];
  return value.filter((item) => item !== null).map((item) => partOf(name, item, encoding, isBinary));
}

function partOf(name: string | undefined, value: unknown, encoding: EncodingPlan | undefined, isBinary: boolean): Part {
  const declared = encoding?.contentType?.split(",")[0]?.trim();
  const contentType =
    declared !== undefined && !declared.includes("*") && isHeaderText(declared) ? declared : undefined;
  const common = {
    ...(name === undefined ? {} : { name }),
    ...(encoding?.headers ? { headers: encoding.headers } : {}),
  };
  if (isBinary && typeof value === "string") {
    const bytes = bytesOf(value);
    const given = bytes.mediaType !== undefined && isHeaderText(bytes.mediaType) ? bytes.mediaType : undefined;
    const filename = bytes.name ?? name;
    return {
      ...common,
      ...(filename === undefined ? {} : { filename }),
      contentType: given ?? contentType ?? "application/octet-stream",
      data: bytes.data,
    };
  }
  if (typeof value === "object" && value !== null)
    return { ...common, contentType: contentType ?? "application/json", data: Buffer.from(JSON.stringify(value)) };
  return { ...common, ...(contentType === undefined ? {} : { contentType }), data: Buffer.from(scalarText(value)) };
}

function isHeaderText(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}

function head({ name, filename, contentType, headers = [] }: Part, boundary: string, bodyType: string): string {
  const isForm = !/^multipart\/(mixed|related|alternative)/i.test(bodyType);
  const disposition = [
    isForm ? "form-data" : "attachment",
    ...(name === undefined ? [] : [`name="${quote(name)}"`]),
    ...(filename === undefined ? [] : [`filename="${quote(filename.replace(/^.*[\\/]/, "") || "file")}"`]),
  ];
  const lines = [
    // Nothing but its place tells a part of a list (RFC 2046 §5.1).
    ...(disposition.length > 1 || isForm ? [`Content-Disposition: ${disposition.join("; ")}`] : []),
    ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
    ...headers.map(([header, value]) => `${header}: ${value}`),
  ];
  return `--${boundary}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
}

/** As browsers do (WHATWG HTML, multipart/form-data encoding). */
function quote(text: string): string {
  return text.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22").replaceAll("\u0000", "");
}
