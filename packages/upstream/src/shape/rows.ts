/** `text/csv`, `text/tab-separated-values` and their kin. */
export function isRows(type: string): boolean {
  return /[/-]csv$|tab-separated-values|\/tsv$/.test(type);
}

/** The rows that fit, none of them cut, and how many are left out. A line break inside quotes ends no row (RFC 4180 §2.6). */
export function wholeRows(text: string, charsMax: number): { shown: string; left: number } {
  if (text.length <= charsMax) return { shown: text, left: 0 };
  let isQuoted = false;
  let end = 0;
  let left = 0;
  let rowStart = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) isQuoted = !isQuoted;
    else if (code === 0x0a && !isQuoted) {
      if (at < charsMax) end = at + 1;
      else left++;
      rowStart = at + 1;
    }
  }
  if (rowStart < text.length) left++;
  // One row longer than all there is room for: its beginning is better than nothing.
  return end === 0 ? { shown: text.slice(0, charsMax), left } : { shown: text.slice(0, end), left };
}
