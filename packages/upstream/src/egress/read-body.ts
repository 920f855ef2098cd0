import { type Duplex, pipeline, type Readable } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { UpstreamError } from "./error.ts";
import { createSink, type ReadBody } from "./sink.ts";

/** Encodings one over the other: two happen by mistake, more only to make us work. */
const ENCODINGS_MAX = 2;
/** RFC 8878 §3.1.1.1.2 recommends 8 MB of window; Node would allow 128. */
const ZSTD_WINDOW_LOG_MAX = 23;

/**
 * Reads and decodes a body up to a number of decoded bytes, then stops reading: counting compressed bytes would
 * let 200 kB become 200 MB. What cannot be decoded or ends too early is an `UpstreamError` that says so.
 */
export async function readBody(source: Readable, contentEncoding: string, bytesMax: number): Promise<ReadBody> {
  // Applied from left to right (RFC 9110 §8.4), so undone from right to left.
  const encodings = encodingsOf(contentEncoding).reverse();
  if (encodings.length === 0) return collect(source, bytesMax);
  const start = await peek(source);
  if (start === undefined) return { body: new Uint8Array(0), truncated: false };
  const decoders = encodings.map((encoding, i) => decoderFor(encoding, i === 0 ? start : undefined));
  const last = decoders.at(-1) as Duplex;
  // Its own callback hears every error; so does whoever reads the last stream.
  pipeline([source, ...decoders], () => {});
  try {
    return await collect(last, bytesMax);
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    if (code === "Z_BUF_ERROR")
      throw new UpstreamError("bad_answer", `The API's answer ended before it was complete (${contentEncoding}).`);
    if (/^(Z_|ERR_BROTLI|ERR__ERROR|ZSTD_|ERR_ZLIB)/.test(code))
      throw new UpstreamError(
        "bad_answer",
        `The API says that its answer is encoded as ${contentEncoding}, but it cannot be decoded as that.`,
      );
    throw error;
  } finally {
    for (const stream of [source, ...decoders]) stream.on("error", () => {}).destroy();
  }
}

async function collect(stream: Readable, bytesMax: number): Promise<ReadBody> {
  const sink = createSink(bytesMax);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) if (!sink.write(chunk)) break;
    return sink.end();
  } finally {
    if (!stream.destroyed) stream.on("error", () => {}).destroy();
  }
}

/** Whether there is anything to decode. */
export function isEncoded(contentEncoding: string): boolean {
  return contentEncoding !== "" && !/^\s*(?:identity|none)?\s*$/i.test(contentEncoding);
}

/** The first bytes, which stay in the stream; undefined when there are none, as in answers to HEAD. */
async function peek(source: Readable): Promise<Uint8Array | undefined> {
  for (;;) {
    const chunk = source.read() as Uint8Array | null;
    if (chunk !== null) {
      source.unshift(chunk);
      return chunk;
    }
    if (source.readableEnded) return undefined;
    if (source.destroyed) throw source.errored ?? new Error("closed");
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        source.off("readable", settle).off("end", settle).off("close", settle).off("error", settle);
        if (error) reject(error);
        else resolve();
      };
      source.once("readable", settle).once("end", settle).once("close", settle).once("error", settle);
    });
  }
}

function encodingsOf(contentEncoding: string): string[] {
  const encodings = contentEncoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity" && name !== "none");
  const unknown = encodings.find((name) => !KNOWN.has(name));
  if (unknown !== undefined || encodings.length > ENCODINGS_MAX)
    throw new UpstreamError(
      "bad_answer",
      `The API's answer is encoded as ${JSON.stringify(contentEncoding.slice(0, 80))}, which cannot be read here.`,
    );
  return encodings;
}

const KNOWN = new Set(["gzip", "x-gzip", "br", "deflate", "zstd"]);

function decoderFor(encoding: string, start: Uint8Array | undefined): Duplex {
  switch (encoding) {
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX } });
    case "deflate":
      // Meant is zlib (RFC 9110 §8.4.1.2); some servers send it bare.
      return start === undefined || isZlib(start) ? createInflate() : createInflateRaw();
    default:
      return createGunzip();
  }
}

/** RFC 1950: the method is 8, and the first two bytes are a multiple of 31. */
function isZlib([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0;
}
