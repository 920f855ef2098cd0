import { z } from "zod";
import { httpUrlSchema } from "../input.ts";

/** A picture of 128 × 128 pixels has a few KB; every client that connects loads it. */
export const ICON_BYTES_MAX = 32 * 1024;

const DATA_URI = /^data:(image\/(?:png|jpeg|svg\+xml));base64,([A-Za-z0-9+/]+={0,2})$/;

/** An icon as the draft and the manifest hold it, read: an address, or the picture itself. */
export type Icon = { url: string } | { mimeType: string; bytes: Buffer };

/** What every file of a kind begins with. */
const BEGINNINGS: Record<string, (bytes: Buffer) => boolean> = {
  "image/png": (bytes) => bytes.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1")),
  "image/jpeg": (bytes) => bytes.subarray(0, 3).equals(Buffer.from("\xff\xd8\xff", "latin1")),
  "image/svg+xml": (bytes) => {
    const text = bytes.toString("utf8");
    return /^\uFEFF?\s*<(?:svg|\?xml|!)/i.test(text) && /<svg[\s>]/i.test(text);
  },
};

/** An https address, or a PNG, JPEG or SVG as a base64 `data:` URI. */
export const iconSchema = z.string().superRefine((text, context) => {
  const message = problemOf(text);
  if (message) context.addIssue({ code: "custom", message });
});

function problemOf(text: string): string | undefined {
  if (!text.startsWith("data:"))
    return text.startsWith("https://") && httpUrlSchema.safeParse(text).success
      ? undefined
      : "use an https:// address, or upload a PNG, JPEG or SVG file";
  const icon = text.length <= 2 * ICON_BYTES_MAX ? openIcon(text) : undefined;
  if (text.length > 2 * ICON_BYTES_MAX || (icon && "bytes" in icon && icon.bytes.length > ICON_BYTES_MAX))
    return `an icon may have at most ${ICON_BYTES_MAX / 1024} KB: make it smaller (128 × 128 pixels are enough) or give its https:// address`;
  if (!icon || !("bytes" in icon) || !BEGINNINGS[icon.mimeType]?.(icon.bytes))
    return "this is no PNG, JPEG or SVG file: export the picture as one of these";
  return undefined;
}

/** Reads what `iconSchema` let in. */
export function openIcon(text: string): Icon | undefined {
  if (!text.startsWith("data:")) return { url: text };
  const [, mimeType, base64] = DATA_URI.exec(text) ?? [];
  return mimeType && base64 ? { mimeType, bytes: Buffer.from(base64, "base64") } : undefined;
}
