/** Characters that are collected before they become bytes. */
const CHUNK_CHARS = 64 * 1024;

/** A JSON array that is written item by item, as UTF-8. A string of all would take twice as much for one character beyond Latin-1. */
export interface JsonList {
  /** Appends an item, given as JSON. */
  push(text: string): void;
  /** The array; nothing can be pushed after this. */
  end(): Uint8Array[];
}

export function createJsonList(): JsonList {
  const chunks: Uint8Array[] = [];
  let pending = "[";
  let isEmpty = true;
  return {
    push(text) {
      pending += isEmpty ? text : `,${text}`;
      isEmpty = false;
      if (pending.length < CHUNK_CHARS) return;
      chunks.push(Buffer.from(pending));
      pending = "";
    },
    end() {
      chunks.push(Buffer.from(`${pending}]`));
      return chunks;
    },
  };
}
