import type { Dialect } from "@portico/openapi";
import type { ClientIdentity, ServedVersion } from "./contract.ts";

/** One client in the field: how it is recognised, and what it can take. Told from what it says of itself; never a permission. */
export interface KnownClient {
  id: string;
  label: string;
  /** `clientInfo.name` or the User-Agent starts with one of these, in lower case. */
  names?: readonly string[];
  userAgents?: readonly string[];
  /** Which input schemas it digests. */
  dialect: Dialect;
  /** Tools of all servers together beyond which it leaves some out. */
  toolsMax?: number;
  /** Characters that a tool's name may have there. */
  nameCharsMax?: number;
  /** Characters that a tool's description may have there: the models behind it refuse a longer one, and the whole list with it. */
  descriptionCharsMax?: number;
  prompts: boolean;
  resources: boolean;
  /** Can put a question to its person. */
  elicitation: boolean;
  /** Fetches its lists again when it is told that they changed. */
  listChanged: boolean;
  /** Shows the widget of a tool's answer (MCP Apps). For people to read: who gets a widget is what each client declares. */
  widgets: boolean;
  /** Where this is from. */
  source: string;
}

const MATRIX = "feature and extension matrices of the MCP documentation and reports of users, November 2026";

/** What the API of its models answers to a longer one ("string_above_max_length"): probelabs/probe#9, janwilmake/openapi-mcp-server#23. */
const OPENAI_DESCRIPTION_CHARS_MAX = 1_024;

/**
 * Observed clients, the more special before the more general; a client that is not here gets the safe dialect. It is data: a new client, or
 * a client that learned something, is a change of a row.
 */
export const KNOWN_CLIENTS: readonly KnownClient[] = [
  {
    id: "claude-code",
    label: "Claude Code",
    names: ["claude-code"],
    userAgents: ["claude-code/"],
    dialect: "full",
    nameCharsMax: 64,
    ...{ prompts: true, resources: true, elicitation: true, listChanged: true, widgets: false },
    source: MATRIX,
  },
  {
    id: "claude",
    label: "Claude (web, desktop, mobile)",
    // clientInfo "Anthropic/ClaudeAI" and "claude-ai", probes as "Anthropic".
    names: ["anthropic", "claude"],
    userAgents: ["claude-user"],
    dialect: "full",
    nameCharsMax: 64,
    ...{ prompts: true, resources: true, elicitation: false, listChanged: false, widgets: true },
    source: MATRIX,
  },
  {
    id: "chatgpt",
    label: "ChatGPT",
    names: ["openai-mcp"],
    userAgents: ["openai-mcp"],
    dialect: "safe",
    nameCharsMax: 64,
    descriptionCharsMax: OPENAI_DESCRIPTION_CHARS_MAX,
    // Its person presses "Refresh" after a publish.
    ...{ prompts: false, resources: false, elicitation: true, listChanged: false, widgets: true },
    source: MATRIX,
  },
  {
    id: "codex",
    label: "Codex",
    names: ["codex"],
    dialect: "safe",
    nameCharsMax: 64,
    descriptionCharsMax: OPENAI_DESCRIPTION_CHARS_MAX,
    ...{ prompts: false, resources: true, elicitation: true, listChanged: false, widgets: false },
    source: MATRIX,
  },
  {
    id: "cursor",
    label: "Cursor",
    names: ["cursor"],
    dialect: "full",
    toolsMax: 80,
    // The name of the server and the tool's together.
    nameCharsMax: 60,
    ...{ prompts: true, resources: true, elicitation: true, listChanged: true, widgets: true },
    source: "40 tools before, 80 since: Snowflake-Labs/mcp#77, anytype-mcp#5",
  },
  {
    id: "vscode",
    label: "VS Code",
    names: ["visual studio code"],
    dialect: "safe",
    toolsMax: 128,
    nameCharsMax: 64,
    ...{ prompts: true, resources: true, elicitation: true, listChanged: true, widgets: true },
    source: "128 tools: vscode-copilot-release#11653",
  },
  {
    id: "windsurf",
    label: "Windsurf (Devin)",
    names: ["windsurf", "devin"],
    dialect: "safe",
    toolsMax: 50,
    nameCharsMax: 64,
    ...{ prompts: true, resources: true, elicitation: false, listChanged: true, widgets: false },
    source: "50 tools: reports of users",
  },
  {
    id: "gemini-cli",
    label: "Gemini CLI",
    names: ["gemini-cli"],
    dialect: "gemini",
    nameCharsMax: 63,
    ...{ prompts: true, resources: false, elicitation: false, listChanged: false, widgets: false },
    source: MATRIX,
  },
  {
    id: "goose",
    label: "Goose",
    names: ["goose"],
    dialect: "safe",
    nameCharsMax: 64,
    ...{ prompts: true, resources: true, elicitation: true, listChanged: false, widgets: true },
    source: MATRIX,
  },
  {
    id: "copilot-studio",
    label: "Copilot Studio",
    names: ["mcptoolslistclient"],
    userAgents: ["microsoftcopilotstudio"],
    dialect: "safe",
    nameCharsMax: 64,
    ...{ prompts: false, resources: false, elicitation: false, listChanged: false, widgets: false },
    source: "one capture, October 2026",
  },
  {
    id: "zed",
    label: "Zed",
    names: ["zed"],
    dialect: "safe",
    nameCharsMax: 64,
    ...{ prompts: true, resources: false, elicitation: false, listChanged: false, widgets: false },
    source: MATRIX,
  },
  {
    id: "cline",
    label: "Cline and Roo Code",
    names: ["cline", "roo-code"],
    dialect: "safe",
    nameCharsMax: 64,
    ...{ prompts: false, resources: true, elicitation: false, listChanged: false, widgets: false },
    source: MATRIX,
  },
];

const UNKNOWN_CLIENT: Dialect = "safe";

/** Clients whose row is remembered: every request asks for it. */
const REMEMBERED_MAX = 1_000;
const remembered = new Map<string, KnownClient | undefined>();

/** The row of the client that these words are of. */
export function recognizeClient({
  name = "",
  userAgent = "",
}: Pick<ClientIdentity, "name" | "userAgent">): KnownClient | undefined {
  const words = `${name}\n${userAgent}`;
  const known = remembered.get(words);
  if (known || remembered.has(words)) return known;
  const row = findRow(name.toLowerCase(), userAgent.toLowerCase());
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(words, row);
  return row;
}

function findRow(name: string, userAgent: string): KnownClient | undefined {
  return KNOWN_CLIENTS.find(
    ({ names = [], userAgents = [] }) =>
      names.some((one) => name.startsWith(one)) || userAgents.some((one) => userAgent.startsWith(one)),
  );
}

/** The dialect to list tools in: the builder's choice, or the one this client is known to take. */
export function selectDialect(
  version: Pick<ServedVersion, "dialect">,
  client: Pick<ClientIdentity, "name" | "userAgent">,
): Dialect {
  return version.dialect === "auto" ? (recognizeClient(client)?.dialect ?? UNKNOWN_CLIENT) : version.dialect;
}
