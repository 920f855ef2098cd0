import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import type { Principal } from "@portico/mcp";
import type { Deps } from "@portico/services";
import type { KeptFile, KeptLink } from "@portico/upstream";

export const FILE_MINUTES = 15;
/** More than is ever read of an answer: text can grow when it becomes UTF-8. */
const FILE_BYTES_MAX = 8 * 1024 * 1024;
/** What the answers of one server may fill in a quarter of an hour, in chunks. */
const SERVER_CHUNKS_MAX = 128;
const CHUNK_BYTES = 1024 * 1024;
const TTL_MS = FILE_MINUTES * 60_000;
/** A download that has begun may end. */
const CHUNK_TTL_MS = TTL_MS + 60_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
/** Answers are mostly JSON, which shrinks to a tenth; the store, and what is in memory on the way there, with it. */
const pack = promisify(zstdCompress);
const unpack = promisify(zstdDecompress);
/** The place of a file's description among its chunks. */
const ABOUT = 0xffff_ffff;

export interface FileOwner {
  serverId: string;
  principal: Principal;
}

export interface AboutFile {
  serverId: string;
  /** Kind and subject of who called. */
  owner: string;
  mimeType: string;
  name: string;
  bytes: number;
}

export interface OpenFile extends AboutFile {
  /** The bytes from `start` up to, not including, `end`. Throws when they are gone. */
  read(start: number, end: number): AsyncGenerator<Uint8Array>;
}

/**
 * Answers that did not fit into a result, for a quarter of an hour, in the state that all processes share. The token in a
 * link is the only key: names in the store are its hash and what is stored is encrypted with it, so whoever reads the store
 * reads no answer and can make no link.
 */
export function createFiles(
  { state, publicUrl }: Pick<Deps, "state" | "publicUrl">,
  onError: (error: unknown) => void,
) {
  async function reserve(serverId: string, chunks: number): Promise<boolean> {
    let taken = 0;
    for (let i = 0; i < chunks; i++) taken = await state.increment(`files:${serverId}`, TTL_MS);
    return taken <= SERVER_CHUNKS_MAX;
  }

  async function open(token: string): Promise<OpenFile | null> {
    if (!TOKEN.test(token)) return null;
    const box = boxOf(token);
    const sealed = await state.get(box.key);
    if (sealed === null) return null;
    const about = JSON.parse(box.open(ABOUT, sealed).toString("utf8")) as AboutFile;
    return {
      ...about,
      async *read(start, end) {
        for (let at = start; at < end; ) {
          const index = Math.floor(at / CHUNK_BYTES);
          const chunk = await state.get(`${box.key}:${index}`);
          if (chunk === null) throw new Error("The file expired while it was read.");
          const from = at - index * CHUNK_BYTES;
          const whole = await unpack(box.open(index, chunk), { maxOutputLength: CHUNK_BYTES });
          const part = whole.subarray(from, Math.min(CHUNK_BYTES, end - index * CHUNK_BYTES));
          yield part;
          at += part.length;
        }
      },
    };
  }

  /** The file of a token, for those only who called for it. */
  async function openOwn(token: string, { serverId, principal }: FileOwner): Promise<OpenFile | null> {
    const file = await open(token);
    return file && file.serverId === serverId && file.owner === ownerOf(principal) ? file : null;
  }

  return {
    /** Keeps a file and gives its link, or says why not. Never rejects: an answer is worth more than its link. */
    async keep({ data, mimeType, name }: KeptFile, { serverId, principal }: FileOwner): Promise<KeptLink> {
      if (data.length > FILE_BYTES_MAX)
        return { refused: `It is larger than ${FILE_BYTES_MAX / 1024 / 1024} MB, so it was not kept.` };
      try {
        const chunks = Math.max(1, Math.ceil(data.length / CHUNK_BYTES));
        if (!(await reserve(serverId, chunks)))
          return {
            refused: `The whole answer was not kept: this server has kept ${SERVER_CHUNKS_MAX} MB in the last ${FILE_MINUTES} minutes, which is all that it may.`,
          };
        const token = randomBytes(32).toString("base64url");
        const box = boxOf(token);
        for (let i = 0; i < chunks; i++) {
          const part = data.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
          await state.set(`${box.key}:${i}`, box.seal(i, await pack(part)), CHUNK_TTL_MS);
        }
        const about: AboutFile = { serverId, owner: ownerOf(principal), mimeType, name, bytes: data.length };
        // Last, so that whatever can be found is whole.
        await state.set(box.key, box.seal(ABOUT, Buffer.from(JSON.stringify(about))), TTL_MS);
        return { url: `${publicUrl}/files/${token}`, minutes: FILE_MINUTES };
      } catch (error) {
        onError(error);
        return { refused: "The whole answer could not be kept just now." };
      }
    },

    /** The file behind a link; null when the link is unknown, has expired or was never one. */
    open,
    openOwn,

    /** The file behind a link's address, for those only who called for it. */
    async openFor(uri: string, owner: FileOwner): Promise<OpenFile | null> {
      const prefix = `${publicUrl}/files/`;
      return uri.startsWith(prefix) ? openOwn(uri.slice(prefix.length), owner) : null;
    },
  };
}

export type Files = ReturnType<typeof createFiles>;

function ownerOf({ kind, subject }: Principal): string {
  return `${kind}:${subject}`;
}

/** What a token opens. Its key is used for one file only, so that a chunk's place can be its nonce. */
function boxOf(token: string) {
  const id = createHash("sha256").update(token).digest("base64url");
  const secret = Buffer.from(hkdfSync("sha256", token, "", "portico file", 32));
  const nonce = (place: number) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt32BE(place, 8);
    return bytes;
  };
  return {
    key: `file:${id}`,
    seal(place: number, data: Uint8Array): string {
      const cipher = createCipheriv("aes-256-gcm", secret, nonce(place));
      return Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]).toString("base64");
    },
    open(place: number, sealed: string): Buffer {
      const bytes = Buffer.from(sealed, "base64");
      const decipher = createDecipheriv("aes-256-gcm", secret, nonce(place));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
    },
  };
}
