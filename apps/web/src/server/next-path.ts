/** Where to go after signing in: a path of ours, whatever the address bar says. */
export function safeNext(next: unknown): string {
  // Browsers read "\" as "/" and drop tabs and line breaks, so "/\evil" and "/\t/evil" would leave this site.
  if (typeof next !== "string" || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return "/";
  return next;
}
