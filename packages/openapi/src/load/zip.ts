import { crc32 } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import type { LoadLimits } from "../types.ts";

export type Unzipped = { ok: true; files: Map<string, Uint8Array> } | { ok: false; code: string; message: string };

/** What a document may be made of; pictures and archives beside it are passed over. */
const READ_NAME = /\.(?:json|ya?ml|har|txt)$|(?:^|\/)[^./]+$/i;
const PASSED_NAME = /(?:^|\/)(?:__MACOSX|\.[^/]*|node_modules)(?:\/|$)/;

/** Whether bytes start like a ZIP file, an empty one included. */
export function isZip(content: string | Uint8Array): content is Uint8Array {
  if (typeof content === "string") return false;
  const [p, k, a, b] = content;
  return p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6));
}

/**
 * The text files of a ZIP by their path, in memory only. Sizes are counted while inflating, so that a file that says it is small
 * and is not ends at once. Paths that leave the archive, passwords and damage are refused with a sentence.
 */
export async function unzip(content: Uint8Array, limits: LoadLimits): Promise<Unzipped> {
  const files = new Map<string, Uint8Array>();
  let bytesLeft = limits.archiveBytesMax;
  let entries = 0;
  let zip: ZipFile | undefined;
  try {
    // Few documents are archives.
    const { fromBufferPromise } = await import("yauzl");
    zip = await fromBufferPromise(Buffer.from(content.buffer, content.byteOffset, content.byteLength), {
      lazyEntries: true,
    });
    for await (const entry of zip.eachEntry()) {
      entries += 1;
      if (entries > limits.archiveFilesMax)
        return refuse(
          "archive_too_many_files",
          `The ZIP file holds more than ${limits.archiveFilesMax} files. Zip only the API description.`,
        );
      const { fileName } = entry;
      if (fileName.endsWith("/") || PASSED_NAME.test(fileName) || !READ_NAME.test(fileName)) continue;
      if (entry.isEncrypted())
        return refuse("archive_encrypted", "The ZIP file is protected by a password. Zip it again without one.");
      if (!entry.canDecodeFileData())
        return refuse(
          "archive_unreadable",
          `${fileName} in the ZIP file is compressed in a way that is not known. Zip it again with the standard method.`,
        );
      if (entry.uncompressedSize > bytesLeft) return tooLarge(limits);
      const bytes = await inflate(zip, entry, bytesLeft);
      if (bytes === undefined) return tooLarge(limits);
      bytesLeft -= bytes.length;
      files.set(fileName, bytes);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    if (/relative path|absolute path|invalid characters in fileName/i.test(why))
      return refuse(
        "archive_unsafe_path",
        "The ZIP file holds a path that leads out of it (with .. or from the root). Zip the folder of the API description again.",
      );
    if (/encrypt/i.test(why))
      return refuse("archive_encrypted", "The ZIP file is protected by a password. Zip it again without one.");
    return refuse("archive_broken", "The ZIP file is damaged or incomplete and cannot be opened. Zip it again.");
  } finally {
    zip?.close();
  }
  return { ok: true, files };
}

/** Undefined when it is larger than allowed. */
async function inflate(zip: ZipFile, entry: Entry, bytesMax: number): Promise<Uint8Array | undefined> {
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    total += chunk.length;
    if (total > bytesMax) return undefined;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks, total);
  if (crc32(bytes) !== entry.crc32) throw new Error("The checksum differs.");
  return bytes;
}

function tooLarge({ archiveBytesMax }: LoadLimits): Unzipped {
  return refuse(
    "archive_too_large",
    `The files in the ZIP have more than ${archiveBytesMax / 1024 / 1024} MB together. Zip only the API description.`,
  );
}

function refuse(code: string, message: string): Unzipped {
  return { ok: false, code, message };
}
