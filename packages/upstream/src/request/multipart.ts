import { createHash } from "node:crypto";
import type { BodyPlan, EncodingPlan } from "@portico/openapi";
import { isEmpty, isObject } from "../json.ts";
import { bytesOf } from "./bytes.ts";
import { scalarText } from "./encode.ts";

interface Part {
  name: string;
  filename?: string;
  contentType?: string;
  data: Uint8Array;
}

const DELIMITERS: Record<string, string> = { spaceDelimited: " ", pipeDelimited: "|", tabDelimited: "\t" };

/** `multipart/*` by RFC 7578: files as bytes, lists as repeated parts, objects as JSON parts. */
export function multipartBody(plan: BodyPlan, value: unknown): { contentType: string; body: Uint8Array } | undefined {
  const fields = isObject(value) ? value : { part: value };
  const parts = Object.entries(fields).flatMap(([name, field]) => partsOf(plan, name, field));
  if (parts.length === 0) return undefined;
  // Taken from the content, so that building stays pure, and long enough that no content holds it.
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part.name).update(part.data);
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

function partOf(name: string, value: unknown, encoding: EncodingPlan | undefined, isBinary: boolean): Part {
  const declared = encoding?.contentType?.split(",")[0]?.trim();
  const contentType =
    declared !== undefined && !declared.includes("*") && isHeaderText(declared) ? declared : undefined;
  if (isBinary) {
    const bytes = bytesOf(value);
    const given = bytes.mediaType !== undefined && isHeaderText(bytes.mediaType) ? bytes.mediaType : undefined;
    return {
      name,
      filename: bytes.name ?? name,
      contentType: given ?? contentType ?? "application/octet-stream",
      data: bytes.data,
    };
  }
  if (typeof value === "object")
    return { name, contentType: contentType ?? "application/json", data: Buffer.from(JSON.stringify(value)) };
  return { name, ...(contentType === undefined ? {} : { contentType }), data: Buffer.from(scalarText(value)) };
}

function isHeaderText(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}

function head(part: Part, boundary: string, contentType: string): string {
  const isForm = !/^multipart\/(mixed|related|alternative)/i.test(contentType);
  const disposition = `${isForm ? "form-data" : "attachment"}; name="${quote(part.name)}"`;
  const filename =
    part.filename === undefined ? "" : `; filename="${quote(part.filename.replace(/^.*[\\/]/, "") || "file")}"`;
  const type = part.contentType === undefined ? "" : `Content-Type: ${part.contentType}\r\n`;
  return `--${boundary}\r\nContent-Disposition: ${disposition}${filename}\r\n${type}\r\n`;
}

/** As browsers do (WHATWG HTML, multipart/form-data encoding). */
function quote(text: string): string {
  return text.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22").replaceAll("\u0000", "");
}
