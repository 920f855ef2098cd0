export interface Bytes {
  data: Uint8Array;
  mediaType?: string;
  name?: string;
}

/**
 * Bytes of a file argument: a `data:` URI, strict base64, or else the text itself in UTF-8 (models do pass
 * small text files as they are).
 */
export function bytesOf(value: unknown): Bytes {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const dataUri = /^data:([^,;]*)((?:;[^,;]*)*),/i.exec(text.slice(0, 1_000));
  if (dataUri) {
    const payload = text.slice(dataUri[0].length);
    const parameters = (dataUri[2] ?? "").split(";");
    const isBase64 = parameters.some((parameter) => parameter.toLowerCase() === "base64");
    const name = parameters.find((parameter) => /^name=/i.test(parameter))?.slice(5);
    return {
      data: isBase64 ? Buffer.from(payload, "base64") : Buffer.from(decodePercent(payload), "utf8"),
      ...(dataUri[1] ? { mediaType: dataUri[1] } : {}),
      ...(name ? { name: decodePercent(name) } : {}),
    };
  }
  if (text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text))
    return { data: Buffer.from(text, "base64") };
  return { data: Buffer.from(text, "utf8") };
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
