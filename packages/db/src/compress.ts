import { once } from "node:events";
import { promisify } from "node:util";
import { createGzip, gunzip, gzip } from "node:zlib";

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** How large a stored value may be once opened: a compiled document of 30 MB of source with its tools. */
const OPENED_BYTES_MAX = 256 * 1024 * 1024;

/** Text or bytes as a column holds them: gzip, off the main thread. */
export async function compress(value: string | Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await gzipAsync(value, { level: 6 }));
}

/** `compress` for a text that is written piece by piece and never stands in memory whole. */
export function createCompressor() {
  const stream = createGzip({ level: 6 });
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("end", resolve);
    stream.once("error", reject);
  });
  return {
    /** Resolves when there is room for more. */
    async write(text: string): Promise<void> {
      if (!stream.write(text)) await once(stream, "drain");
    },
    async end(): Promise<Uint8Array<ArrayBuffer>> {
      stream.end();
      await done;
      return new Uint8Array(Buffer.concat(chunks));
    },
  };
}

export async function decompress(value: Uint8Array): Promise<Buffer> {
  return gunzipAsync(value, { maxOutputLength: OPENED_BYTES_MAX });
}
