/**
 * The values that a URI has in a template with simple expressions, `{name}` and `{+path}` (RFC 6570 §3.2.2, §3.2.3), or undefined when
 * it is another URI. A simple expression holds no slash.
 */
export function matchUriTemplate(template: string, uri: string): Record<string, string> | undefined {
  const names: string[] = [];
  const pattern = template
    .split(/(\{\+?[\w.]+\})/)
    .map((piece) => {
      const expression = /^\{(\+?)([\w.]+)\}$/.exec(piece);
      if (!expression) return piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      names.push(expression[2] as string);
      return expression[1] === "+" ? "(.+)" : "([^/?#]+)";
    })
    .join("");
  const found = new RegExp(`^${pattern}$`).exec(uri);
  if (!found) return undefined;
  const values: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const text = found[index + 1] as string;
    try {
      Object.defineProperty(values, name, { value: decodeURIComponent(text), enumerable: true });
    } catch {
      return undefined;
    }
  }
  return values;
}
