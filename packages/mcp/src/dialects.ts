import type { Dialect } from "@portico/openapi";
import type { ClientIdentity, ServedVersion } from "./contract.ts";

/** How one client is recognised: its clientInfo.name or its User-Agent starts with this, in lower case. */
interface ClientRow {
  name?: string;
  userAgent?: string;
  dialect: Dialect;
}

/** Observed clients. The first row that matches wins; a client that is not here gets the safe dialect. */
const CLIENTS: readonly ClientRow[] = [
  // Cursor calls itself cursor-vscode.
  { name: "cursor", dialect: "full" },
  // Claude.ai: clientInfo "Anthropic/ClaudeAI" and "claude-ai", probes as "Anthropic", User-Agent "Claude-User".
  { name: "anthropic", dialect: "full" },
  { name: "claude", dialect: "full" },
  { userAgent: "claude-user", dialect: "full" },
  // Claude Code, also as the local half of Claude Desktop: "claude-code/2.1.x (cli|sdk-ts|claude-vscode)".
  { userAgent: "claude-code/", dialect: "full" },
  // ChatGPT and the Responses API: clientInfo and User-Agent "openai-mcp/1.0.0", with variants after it.
  { name: "openai-mcp", dialect: "safe" },
  { userAgent: "openai-mcp", dialect: "safe" },
  // Gemini CLI: "gemini-cli-mcp-client".
  { name: "gemini-cli", dialect: "gemini" },
];

const UNKNOWN_CLIENT: Dialect = "safe";

/** The dialect to list tools in: the builder's choice, or the one this client is known to take. */
export function selectDialect(
  version: Pick<ServedVersion, "dialect">,
  client: Pick<ClientIdentity, "name" | "userAgent">,
): Dialect {
  if (version.dialect !== "auto") return version.dialect;
  const name = client.name?.toLowerCase() ?? "";
  const userAgent = client.userAgent?.toLowerCase() ?? "";
  const row = CLIENTS.find((known) => startsWith(name, known.name) || startsWith(userAgent, known.userAgent));
  return row?.dialect ?? UNKNOWN_CLIENT;
}

function startsWith(text: string, prefix: string | undefined): boolean {
  return prefix !== undefined && text.startsWith(prefix);
}
