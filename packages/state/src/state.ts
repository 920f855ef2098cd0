/**
 * Short-lived state that the processes of one installation share. Everything in it may vanish when its store is flushed:
 * nothing is kept here that cannot be derived again or safely forgotten.
 */
export interface State {
  /** Delivers to every subscriber in every process, at most once. Messages are ids and small JSON, at most 7,000 bytes. */
  publish(channel: string, message: string): Promise<void>;
  /**
   * `onGap` is called after a lost connection was restored: messages may have been missed, so caches must be dropped.
   * Resolves, once messages arrive, to a function that ends the subscription.
   */
  subscribe(channel: string, onMessage: (message: string) => void, onGap?: () => void): Promise<() => Promise<void>>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** True for exactly one of several callers while the key lives. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Adds `by`, or one, and returns the count; the key expires `ttlMs` after its first increment. */
  increment(key: string, ttlMs: number, by?: number): Promise<number>;
  close(): Promise<void>;
}

export const MESSAGE_BYTES_MAX = 7_000;

export function assertMessage(channel: string, message: string): void {
  if (Buffer.byteLength(message) > MESSAGE_BYTES_MAX)
    throw new Error(`A message on ${channel} is over ${MESSAGE_BYTES_MAX} bytes.`);
}
