const PAGE_BYTES = 256 * 1024;
/** UTF-8 bytes that one UTF-16 unit needs at most. */
const UNIT_BYTES_MAX = 3;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/**
 * A JSON array that is written item by item, as UTF-8. One string of all items would need twice the memory for a
 * single character beyond Latin-1, and turning that into bytes takes twenty times as long.
 */
export interface JsonList {
  /** Appends an item, given as JSON. */
  push(text: string): void;
  /** The array; nothing can be pushed after this. */
  end(): Uint8Array[];
}

export function createJsonList(): JsonList {
  const pages: Uint8Array[] = [];
  let page = Buffer.allocUnsafeSlow(PAGE_BYTES);
  let used = 0;
  let separator = OPEN;
  const reserve = (bytes: number) => {
    if (used + bytes <= page.length) return;
    pages.push(page.subarray(0, used));
    page = Buffer.allocUnsafeSlow(Math.max(PAGE_BYTES, bytes));
    used = 0;
  };
  return {
    push(text) {
      reserve(1 + text.length * UNIT_BYTES_MAX);
      page[used++] = separator;
      used += page.write(text, used);
      separator = COMMA;
    },
    end() {
      reserve(2);
      if (separator === OPEN) page[used++] = OPEN;
      page[used++] = CLOSE;
      return [...pages, page.subarray(0, used)];
    },
  };
}
