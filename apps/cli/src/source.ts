import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { ApiError } from "./api.ts";
import { collect } from "./arguments.ts";

/** How the help of a command says what a source can be. */
export const SOURCE =
  "an http(s) address, a file (OpenAPI as JSON, YAML or ZIP, a Postman collection, HAR, curl commands), or - for standard input";

export interface SourceOptions {
  entry?: string;
  allowOrigin: string[];
}

/** What every command takes that reads a document. */
export function withSourceOptions(command: Command): Command {
  return command
    .option("--entry <path>", "which file of a ZIP is the document, where it holds several")
    .option("--allow-origin <origin>", "another origin that references may be read from; repeatable", collect, []);
}

/** A document's address, or its text or bytes. */
export async function toSource(source: string, { entry, allowOrigin }: SourceOptions) {
  return {
    ...(/^https?:\/\//.test(source)
      ? { url: source }
      : toContent(source === "-" ? await readStdin() : await readBytes(source), source)),
    ...(entry ? { entry } : {}),
    ...(allowOrigin.length > 0 ? { allowOrigins: allowOrigin } : {}),
  };
}

export async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ApiError("usage", `${file} cannot be read (${(error as { code?: string }).code ?? error}).`);
  }
}

/** A file's text as JSON. */
export async function readJson(file: string): Promise<unknown> {
  const text = decode(await readBytes(file), file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError("usage", `${file} is not JSON: ${error instanceof Error ? error.message : error}.`);
  }
}

/** A ZIP travels as base64, anything else as its text. */
function toContent(bytes: Buffer, file: string): { content: string; encoding?: "base64" } {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
  return isZip ? { content: bytes.toString("base64"), encoding: "base64" } : { content: decode(bytes, file) };
}

function decode(bytes: Buffer, file: string): string {
  const [first, second] = bytes;
  const isUtf16 = first === 0xff && second === 0xfe;
  const text = new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
  if (text.includes("\u0000")) throw new ApiError("usage", `${file} is not a text file.`);
  return text;
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
