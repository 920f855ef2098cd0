/** `Application/JSON; charset=utf-8` to `application/json`. */
export function bareType(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

/** A media type or range that can stand in a header (RFC 9110 §8.3.1). */
export function isMediaType(text: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+[\t ]*(?:;[\t -~]*)?$/.test(text);
}

export function isJsonType(contentType: string): boolean {
  return /^application\/json$|[+/]json$|^text\/json$/.test(bareType(contentType));
}

/** JSON Lines and its kin: one JSON value per line. */
export function isJsonLinesType(contentType: string): boolean {
  return /ndjson|jsonl|json-seq/.test(bareType(contentType));
}

export function isFormType(contentType: string): boolean {
  return bareType(contentType) === "application/x-www-form-urlencoded";
}

export function isMultipartType(contentType: string): boolean {
  return bareType(contentType).startsWith("multipart/");
}

export function isXmlType(contentType: string): boolean {
  return /[+/]xml$/.test(bareType(contentType));
}

export function isTextType(contentType: string): boolean {
  return bareType(contentType).startsWith("text/") && !isXmlType(contentType);
}

/** Media types whose body is bytes rather than text. */
export function isBinaryType(contentType: string): boolean {
  const type = bareType(contentType);
  return (
    /^(image|audio|video|font)\//.test(type) || /octet-stream|\/(pdf|zip|gzip|x-tar|x-7z-compressed|wasm)$/.test(type)
  );
}

/** Binary forms of structured data: nothing here can write them. */
export function isEncodedType(contentType: string): boolean {
  return /[/+](?:x-|vnd\.(?:[\w.]+\.)?)?(?:cbor|protobuf|msgpack|messagepack|bson|avro|ion|flatbuffers)\b/.test(
    bareType(contentType),
  );
}

/**
 * The media type a model fills most easily and that loses least: JSON, a JSON dialect, a form, else the first.
 */
export function chooseMediaType(types: readonly string[]): string | undefined {
  return (
    types.find((type) => bareType(type) === "application/json") ??
    types.find((type) => isJsonType(type) && !isJsonLinesType(type)) ??
    types.find((type) => isFormType(type) || bareType(type) === "multipart/form-data") ??
    types.find((type) => !isEncodedType(type)) ??
    types[0]
  );
}
