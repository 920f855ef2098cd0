const KEY = "arguments=";

/** Where a tool is tried by hand with these arguments. They stand behind the #, which is sent to nobody. */
export function tryHref(server: string, operation: string, args: Record<string, unknown>): string {
  return `${server}/try?tool=${encodeURIComponent(operation)}#${KEY}${encodeURIComponent(JSON.stringify(args))}`;
}

/** The arguments of such an address; undefined when there are none. */
export function argumentsOf(hash: string): Record<string, unknown> | undefined {
  const text = hash.replace(/^#/, "");
  if (!text.startsWith(KEY)) return undefined;
  try {
    const value: unknown = JSON.parse(decodeURIComponent(text.slice(KEY.length)));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
