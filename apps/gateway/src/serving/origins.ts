/** Web apps that connect to MCP servers from the browser. protocol: MCP 2026-07-28, transports, "Origin". */
const BROWSER_HOSTS = [
  "https://claude.ai",
  "https://chatgpt.com",
  "https://vscode.dev",
  "https://insiders.vscode.dev",
  "https://cursor.com",
  "https://inspector.modelcontextprotocol.io",
];

const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Whether a browser page of this origin may call /mcp. Programs send no Origin and are not asked. */
export function createOriginCheck(publicUrl: string, more: readonly string[]): (origin: string) => boolean {
  const allowed = new Set([publicUrl, ...BROWSER_HOSTS, ...more]);
  return (origin) => allowed.has(origin) || LOOPBACK.test(origin);
}
