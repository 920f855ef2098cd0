/** What bytes say they are by how they begin. ZIP stands for everything that is packed as one: documents, archives. */
const MAGIC: [string, (bytes: Uint8Array) => boolean][] = [
  ["application/pdf", (bytes) => starts(bytes, "%PDF-")],
  ["image/png", (bytes) => starts(bytes, "\x89PNG\r\n\x1a\n")],
  ["image/jpeg", (bytes) => starts(bytes, "\xff\xd8\xff")],
  ["image/gif", (bytes) => starts(bytes, "GIF87a") || starts(bytes, "GIF89a")],
  ["image/webp", (bytes) => starts(bytes, "RIFF") && starts(bytes, "WEBP", 8)],
  ["audio/wav", (bytes) => starts(bytes, "RIFF") && starts(bytes, "WAVE", 8)],
  ["audio/ogg", (bytes) => starts(bytes, "OggS\0")],
  ["audio/flac", (bytes) => starts(bytes, "fLaC\0")],
  ["application/zip", (bytes) => starts(bytes, "PK\x03\x04") || starts(bytes, "PK\x05\x06")],
  ["application/gzip", (bytes) => starts(bytes, "\x1f\x8b\x08")],
];

/** The media type that the first bytes prove; undefined when they prove none. */
export function sniff(bytes: Uint8Array): string | undefined {
  return MAGIC.find(([, matches]) => matches(bytes))?.[0];
}

function starts(bytes: Uint8Array, text: string, offset = 0): boolean {
  if (bytes.length < offset + text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}
