import type { UpstreamResponse } from "../types.ts";

/** `text/HTML; charset=utf-8` to `text/html`. */
export function mediaType(response: UpstreamResponse): string {
  return (response.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** The body as text when it is text: by its media type, else when the bytes are valid UTF-8. */
export function textOf(response: UpstreamResponse): string | undefined {
  const type = mediaType(response);
  const charset = /charset="?([\w.:-]+)/i.exec(response.headers["content-type"] ?? "")?.[1];
  if (isTextual(type)) return decode(response.body, charset, false);
  if (isBinaryFamily(type)) return undefined;
  const text = decode(response.body, charset, !response.truncated);
  return text === undefined || text.includes("\u0000") ? undefined : text;
}

export function isJson(type: string): boolean {
  return type === "application/json" || type === "text/json" || type.endsWith("+json");
}

function isTextual(type: string): boolean {
  return (
    type.startsWith("text/") ||
    isJson(type) ||
    /[/+]xml$|ndjson|jsonl|json-seq|\/(x-)?ya?ml|[/+]yaml$|javascript|ecmascript|graphql|x-www-form-urlencoded|\/csv|\/sql|toml/.test(
      type,
    )
  );
}

function isBinaryFamily(type: string): boolean {
  return (
    /^(image|audio|video|font)\//.test(type) ||
    /octet-stream|\/(pdf|zip|gzip|x-tar|protobuf|wasm|vnd\.(ms-|openxml))/.test(type)
  );
}

function decode(body: Uint8Array, charset: string | undefined, isFatal: boolean): string | undefined {
  try {
    return new TextDecoder(charset ?? "utf-8", { fatal: isFatal }).decode(body);
  } catch {
    return isFatal ? undefined : new TextDecoder("utf-8").decode(body);
  }
}
