import { LRUCache } from "lru-cache";

/** A cache of what never changes, bounded by what it holds in bytes: one value may be a thousand times another. */
export interface SizedCache<T> {
  /** The value, loaded at most once however many ask at the same time; null when there is none. */
  get(key: string): Promise<T | null>;
  /** The value if it is there already; it counts as used. */
  peek(key: string): T | undefined;
}

/** A value larger than the whole cache is handed out and not kept. A failed load is tried again by the next who asks. */
export function createSizedCache<T extends object | string>({
  bytesMax,
  load,
  bytesOf,
}: {
  bytesMax: number;
  load: (key: string) => Promise<T | null>;
  bytesOf: (value: T) => number;
}): SizedCache<T> {
  const kept = new LRUCache<string, { value: T }>({
    maxSize: bytesMax,
    sizeCalculation: ({ value }) => Math.max(1, bytesOf(value)),
  });
  const loading = new Map<string, Promise<T | null>>();

  async function loadOnce(key: string): Promise<T | null> {
    try {
      const value = await load(key);
      if (value !== null) kept.set(key, { value });
      return value;
    } finally {
      loading.delete(key);
    }
  }

  return {
    peek: (key) => kept.get(key)?.value,
    get(key) {
      const known = kept.get(key);
      if (known) return Promise.resolve(known.value);
      const underway = loading.get(key) ?? loadOnce(key);
      loading.set(key, underway);
      return underway;
    },
  };
}
