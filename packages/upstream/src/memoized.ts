/** A pure function of a text that remembers what it said last; when it has enough of it, it begins anew. */
export function memoized<T>(entriesMax: number, compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const value = known.get(text);
    if (value !== undefined) return value;
    const computed = compute(text);
    if (known.size >= entriesMax) known.clear();
    known.set(text, computed);
    return computed;
  };
}
