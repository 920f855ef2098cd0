/**
 * A pure function of a text that remembers what it said; when it has enough of it, it begins anew. The same text twice running, as one server's
 * calls have it, is only compared: to look it up it would have to be hashed.
 */
export function memoized<T>(entriesMax: number, compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  let last: { text: string; value: T } | undefined;
  return (text) => {
    if (last?.text === text) return last.value;
    let value = known.get(text);
    if (value === undefined) {
      value = compute(text);
      if (known.size >= entriesMax) known.clear();
      known.set(text, value);
    }
    last = { text, value };
    return value;
  };
}
