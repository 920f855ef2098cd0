import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** How large a stored value may be once opened: a compiled document of 30 MB of source with its tools. */
const OPENED_BYTES_MAX = 256 * 1024 * 1024;

/** Text or bytes as a column holds them: gzip, off the main thread. */
export async function compress(value: string | Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await gzipAsync(value, { level: 6 }));
}

export async function decompress(value: Uint8Array): Promise<Buffer> {
  return gunzipAsync(value, { maxOutputLength: OPENED_BYTES_MAX });
}

export async function decompressJson<T>(value: Uint8Array): Promise<T> {
  return JSON.parse((await decompress(value)).toString("utf8")) as T;
}
