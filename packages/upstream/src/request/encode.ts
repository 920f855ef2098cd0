const UNRESERVED = /^[\w.~-]*$/;

/** Percent-encodes everything but RFC 3986 unreserved characters. Lone surrogates become U+FFFD. */
export function encode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * As `encode`, leaving RFC 3986 reserved characters alone (`allowReserved`), except those that would end the
 * value: `&`, `#`, `+` (a space to most servers) and, with `isPath`, `/`, `?` and `;`.
 */
export function encodeReserved(text: string, isPath = false): string {
  const kept = isPath ? /%(3A|40|21|24|27|28|29|2A|2C|3D|26)/g : /%(3A|2F|3F|5B|5D|40|21|24|27|28|29|2A|2C|3B|3D)/g;
  return encode(text).replace(kept, (hex) => decodeURIComponent(hex));
}

/** A scalar as text; objects and arrays, whose serialization OpenAPI leaves open, as JSON. */
export function scalarText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
