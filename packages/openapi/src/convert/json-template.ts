import { ANY_VALUE } from "./infer-schema.ts";

/** Strings, comments and placeholders are told from the rest. One that never ends takes all that is left, so nothing is read twice. */
const TOKEN =
  /"(?:[^"\\]|\\[\s\S])*"?|\/\/[^\n]*|\/\*(?:[\s\S]*?\*\/|[\s\S]*)|\{\{[^{}]+\}\}|<{1,2}[A-Za-z0-9][^<>"{}\n]{0,80}>{1,2}|\$\{?[A-Za-z_]\w{0,80}\}?|[\s\S]/g;

/**
 * JSON as people write it in samples: with comments, trailing commas, and `{{id}}`, `<id>` or `$ID` in the place of values, of which
 * nothing is known then. Undefined for what is no JSON even so. `resolve` fills in variables.
 */
export function parseTemplate(
  text: string,
  resolve: (placeholder: string) => string = (placeholder) => placeholder,
): unknown {
  let out = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith("//") || token.startsWith("/*")) continue;
    if (token.length === 1) out += token;
    else if (token.startsWith('"')) out += token.includes("{{") ? resolveInside(token, resolve) : token;
    else {
      const value = resolve(token);
      out += /^(?:-?\d+(?:\.\d+)?|true|false|null)$/.test(value) ? value : JSON.stringify(ANY_VALUE);
    }
  }
  try {
    return JSON.parse(out.replace(/,(\s*[}\]])/g, "$1"));
  } catch {
    return undefined;
  }
}

function resolveInside(token: string, resolve: (placeholder: string) => string): string {
  return token.replace(/\{\{[^{}]+\}\}/g, (name) => JSON.stringify(resolve(name)).slice(1, -1));
}
