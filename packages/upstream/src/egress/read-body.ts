import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

export interface ReadBody {
  body: Uint8Array;
  truncated: boolean;
}

/**
 * Reads and decodes a body up to a number of decoded bytes, then stops reading: counting compressed bytes would
 * let 200 kB become 200 MB.
 */
export async function readBody(source: Readable, contentEncoding: string, bytesMax: number): Promise<ReadBody> {
  const decoder = decoderFor(contentEncoding);
  const stream = decoder ? source.pipe(decoder) : source;
  if (decoder) source.on("error", (error) => decoder.destroy(error));
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      const room = bytesMax - total;
      if (chunk.length > room) {
        chunks.push(chunk.subarray(0, room));
        total = bytesMax;
        return { body: Buffer.concat(chunks, total), truncated: true };
      }
      chunks.push(chunk);
      total += chunk.length;
    }
    return { body: chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, total), truncated: false };
  } finally {
    decoder?.destroy();
    if (!source.destroyed) source.on("error", () => {}).destroy();
  }
}

function decoderFor(contentEncoding: string) {
  switch (contentEncoding.trim().toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "deflate":
      return createInflate();
    default:
      return undefined;
  }
}
