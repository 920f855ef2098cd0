export interface ReadBody {
  body: Uint8Array;
  truncated: boolean;
}

/** Gathers a body up to a number of bytes. */
export interface Sink {
  /** False when it is full: the rest is not wanted. */
  write(chunk: Uint8Array): boolean;
  end(): ReadBody;
}

/** A body that has come so far is likely to go on: from here on it is not copied again. */
const GROWN_BYTES_MAX = 256 * 1024;

/**
 * One piece is kept as it came. More are copied into one buffer at once, so that no piece outlives its arrival.
 * `expected`: what the sender says; a buffer of that size costs nothing until it is filled.
 */
export function createSink(bytesMax: number, expected = 0): Sink {
  let first: Uint8Array | undefined;
  let buffer: Buffer | undefined;
  let total = 0;
  let truncated = false;

  function append(chunk: Uint8Array): void {
    const needed = total + chunk.length;
    if (buffer === undefined || buffer.length < needed) {
      const wanted = needed * 2 > GROWN_BYTES_MAX ? bytesMax : needed * 2;
      const grown = Buffer.allocUnsafeSlow(Math.min(bytesMax, expected >= needed ? expected : wanted));
      grown.set(buffer?.subarray(0, total) ?? first ?? []);
      buffer = grown;
    }
    buffer.set(chunk, total);
    total = needed;
  }

  return {
    write(chunk) {
      truncated = chunk.length > bytesMax - total;
      const kept = truncated ? chunk.subarray(0, bytesMax - total) : chunk;
      if (first === undefined) {
        first = kept;
        total = kept.length;
      } else append(kept);
      return !truncated;
    },
    end: () => ({ body: buffer?.subarray(0, total) ?? first ?? new Uint8Array(0), truncated }),
  };
}
