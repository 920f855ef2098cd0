/** How to add one server to one client, for the Connect dialog. */
export interface InstallLink {
  id: string;
  label: string;
  /** Opens the client with the server filled in. */
  deepLink?: string;
  /** Short sentences, in order. */
  steps: string[];
  snippet: { language: "text" | "json" | "toml" | "yaml" | "shell"; text: string };
}

interface Target {
  url: string;
  /** As people read it. */
  name: string;
  /** As configuration files and command lines spell it. */
  key: string;
}

/** Everything the Connect dialog shows for a server at `url`, one entry per client, in the order to show it. */
export function installLinks({ url, name }: { url: string; name: string }): InstallLink[] {
  const target = { url, name, key: keyOf(name) };
  return CLIENTS.map((client) => client(target));
}

const CLIENTS: readonly ((target: Target) => InstallLink)[] = [
  ({ url, name }) => ({
    id: "claude",
    label: "Claude",
    steps: [
      "Open Settings, then Connectors.",
      "Choose + and Add custom connector.",
      `Enter ${name} as the name and paste the URL.`,
      "Sign in when Claude asks for it.",
    ],
    snippet: { language: "text", text: url },
  }),
  ({ url, name }) => ({
    id: "chatgpt",
    label: "ChatGPT",
    steps: [
      "Turn on Developer mode in Settings.",
      "Open chatgpt.com/plugins, choose + and Add custom MCP server.",
      `Enter ${name} as the name and paste the URL.`,
      "After you publish a new version, choose Refresh to update the tools.",
    ],
    snippet: { language: "text", text: url },
  }),
  ({ url, name, key }) => ({
    id: "cursor",
    label: "Cursor",
    deepLink: `cursor://anysphere.cursor-deeplink/mcp/install?name=${encodeParam(name)}&config=${base64Param({ url, headers: {} })}`,
    steps: ["Open the link and confirm in Cursor.", "Or add the snippet to ~/.cursor/mcp.json."],
    snippet: json({ mcpServers: { [key]: { url, headers: {} } } }),
  }),
  ({ url, name, key }) => ({
    id: "vscode",
    label: "VS Code",
    deepLink: `vscode:mcp/install?${jsonParam({ name, type: "http", url })}`,
    steps: ["Open the link and confirm in VS Code.", "Or add the snippet to .vscode/mcp.json."],
    snippet: json({ servers: { [key]: { type: "http", url } } }),
  }),
  ({ url, key }) => ({
    id: "claude-code",
    label: "Claude Code",
    steps: ["Run the command in a terminal.", `Run claude mcp login ${key} to sign in.`],
    snippet: shell("claude", "mcp", "add", "--transport", "http", key, url),
  }),
  ({ url, key }) => ({
    id: "codex",
    label: "Codex",
    steps: ["Add the snippet to ~/.codex/config.toml.", `Run codex mcp login ${key} to sign in.`],
    snippet: { language: "toml", text: `[mcp_servers.${key}]\nurl = ${JSON.stringify(url)}\n` },
  }),
  ({ url, key }) => ({
    id: "gemini-cli",
    label: "Gemini CLI",
    steps: ["Run the command in a terminal.", "Start Gemini CLI and sign in when it asks for it."],
    snippet: shell("gemini", "mcp", "add", "--transport", "http", "--scope", "user", key, url),
  }),
  ({ url, key }) => ({
    id: "devin",
    label: "Devin Desktop (Windsurf)",
    steps: [
      "Add the snippet to ~/.config/devin/mcp_config.json.",
      "In older Windsurf releases the file is ~/.codeium/windsurf/mcp_config.json and the field is serverUrl.",
    ],
    snippet: json({ mcpServers: { [key]: { url } } }),
  }),
  ({ url, name, key }) => ({
    id: "goose",
    label: "Goose",
    deepLink: gooseLink({ url, name, key }),
    steps: ["Open the link and confirm in Goose.", "Or add the snippet to config.yaml."],
    snippet: {
      language: "yaml",
      text: `extensions:\n  ${key}:\n    enabled: true\n    name: ${JSON.stringify(name)}\n    type: streamable_http\n    uri: ${JSON.stringify(url)}\n    timeout: ${GOOSE_TIMEOUT_SECONDS}\n`,
    },
  }),
  ({ url, name, key }) => ({
    id: "lm-studio",
    label: "LM Studio",
    deepLink: `lmstudio://add_mcp?name=${encodeParam(name)}&config=${base64Param({ url })}`,
    steps: ["Open the link and confirm in LM Studio.", "Or add the snippet to mcp.json."],
    snippet: json({ mcpServers: { [key]: { url } } }),
  }),
  ({ url, key }) => ({
    id: "zed",
    label: "Zed",
    steps: ["Add the snippet to settings.json.", "Sign in when Zed asks for it."],
    snippet: json({ context_servers: { [key]: { url } } }),
  }),
  ({ url, name, key }) => ({
    id: "kiro",
    label: "Kiro",
    deepLink: `https://kiro.dev/launch/mcp/add?name=${encodeParam(name)}&config=${jsonParam({ url })}`,
    steps: ["Open the link and confirm in Kiro.", "Or add the snippet to ~/.kiro/settings/mcp.json."],
    snippet: json({ mcpServers: { [key]: { url } } }),
  }),
  ({ url, key }) => ({
    id: "stdio",
    label: "Clients without remote servers",
    steps: ["Add the snippet to the client's MCP configuration.", "It needs Node.js on the same machine."],
    snippet: json({ mcpServers: { [key]: { command: "npx", args: ["-y", "mcp-remote", url] } } }),
  }),
];

const GOOSE_TIMEOUT_SECONDS = 300;
const KEY_CHARS_MAX = 48;

function gooseLink({ url, name, key }: Target): string {
  const query = [
    `url=${encodeParam(url)}`,
    "type=streamable_http",
    `id=${key}`,
    `name=${encodeParam(name)}`,
    `description=${encodeParam(name)}`,
    `timeout=${GOOSE_TIMEOUT_SECONDS}`,
  ];
  return `goose://extension?${query.join("&")}`;
}

/** A name that needs no quotes in a shell, in TOML or in YAML. */
function keyOf(name: string): string {
  const ascii = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
  const key = ascii
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, KEY_CHARS_MAX)
    .replace(/^-+|-+$/g, "");
  return /^[a-z]/.test(key) ? key : `server${key && `-${key}`}`;
}

function json(value: unknown): InstallLink["snippet"] {
  return { language: "json", text: JSON.stringify(value, null, 2) };
}

function shell(...words: string[]): InstallLink["snippet"] {
  return { language: "shell", text: words.map(shellWord).join(" ") };
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Like encodeURIComponent, but the link may also stand between single quotes. */
function encodeParam(text: string): string {
  return encodeURIComponent(text).replaceAll("'", "%27");
}

function jsonParam(value: unknown): string {
  return encodeParam(JSON.stringify(value));
}

/** Base64 has +, / and =, which mean something else in a query. */
function base64Param(value: unknown): string {
  return encodeParam(Buffer.from(JSON.stringify(value)).toString("base64"));
}
